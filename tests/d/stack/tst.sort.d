/* Keys sort by process, then by address; frames beyond a stack are no part of it. */
#pragma D option quiet
#pragma D option aggsortkey
BEGIN
{
	@[uaddr(0x20)] = count();
	@[uaddr(0x3)] = count();
	@[uaddr(0x100)] = count();
	@m[umod(0x7)] = sum(1);
	@m[umod(0x7)] = sum(2);
	@s[sym(0x30), 2] = count();
	@s[sym(0x30), 1] = count();
	@s[sym(0x4), 9] = count();
	printa("%A %@d\n", @);
	printa("%A %@d\n", @m);
	printa("%s %@d\n", @m);
	printa("%a %d %@d\n", @s);
	exit(0);
}
