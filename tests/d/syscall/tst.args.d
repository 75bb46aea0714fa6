#pragma D option quiet

/* §20.3: arg0 to arg5 as they are, 0 beyond. */
BEGIN
{
	printf("ready\n");
}
syscall::getppid:entry
/pid == $1/
{
	printf("%s:%s:%s:%s\n", probeprov, probemod, probefunc, probename);
	printf("%x %d %x %x %d %d\n", arg0, arg1, arg2, arg3, arg4, arg5);
	printf("%d %d %d %d\n", arg6, arg7, arg8, arg9);
}
syscall::exit_group:entry
/pid == $1/
{
	exit(0);
}
