#pragma D option quiet

/* errno belongs to the call that failed, not to the next one. */
BEGIN
{
	printf("ready\n");
}
syscall::close:return
/pid == $1/
{
	@[errno] = count();
}
syscall::exit_group:entry
/pid == $1/
{
	printa("%d %@d\n", @);
	exit(0);
}
