#pragma D option quiet

/* The tracepoint under the syscall provider sees the same calls. */
BEGIN
{
	printf("ready\n");
}
rawtp:::sys_enter
/pid == $1 && args[0]->di == 0x1111111111111111/
{
	@r["rawtp"] = count();
}
syscall:::entry
/pid == $1 && arg0 == 0x1111111111111111/
{
	@s["syscall"] = count();
}
syscall::exit_group:entry
/pid == $1/
{
	printa("%s %@d\n", @r);
	printa("%s %@d\n", @s);
	exit(0);
}
