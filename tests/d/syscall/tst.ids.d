#pragma D option quiet

/* id as -l shows it, epid different for each clause and the same at each firing. */
BEGIN
{
	printf("ready %d %d\n", id, epid > 0);
}
syscall::getppid:entry
/pid == $1/
{
	@id[id] = count();
	@epid[epid] = count();
}
syscall::getppid:entry
/pid == $1/
{
	@epid[epid] = count();
}
syscall::exit_group:entry
/pid == $1/
{
	printa("%@d\n", @id);
	printa("%@d\n", @epid);
	exit(0);
}
