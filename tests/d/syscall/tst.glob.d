#pragma D option quiet

/* One description, several calls; probefunc tells them apart. The read that started the trigger returns as well. */
BEGIN
{
	printf("ready\n");
}
syscall::*get?pid*:entry, syscall::lse[e]k:entry, syscall::clos*:
/pid == $1/
{
	@[probefunc, probename] = count();
}
syscall::exit_group:entry
/pid == $1/
{
	printa("%s %s %@d\n", @);
	exit(0);
}
