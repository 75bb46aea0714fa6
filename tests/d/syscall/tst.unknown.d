#pragma D option quiet

/* A number that no call has fires no probe of a name. */
BEGIN
{
	printf("ready\n");
}
syscall:::entry
/pid == $1/
{
	@[probefunc] = count();
}
syscall::exit_group:entry
/pid == $1/
{
	printa("%s %@d\n", @);
	exit(0);
}
