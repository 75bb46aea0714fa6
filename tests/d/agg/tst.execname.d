#pragma D option quiet

BEGIN
{
	@a[execname, probename == "BEGIN", probeprov] = count();
	@b[execname] = count();
	@b["dtrace"] = count();
	printa("%s %d %s %@d\n", @a);
	printa("%s %@d\n", @b);
	exit(0);
}
