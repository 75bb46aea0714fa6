/* -F: entry and return of system calls. The spaces are those of §11.1: two for each level. */
#pragma D option flowindent
BEGIN
{
	printf("ready");
}
syscall::getppid:entry, syscall::getppid:return
/pid == $1/
{
}
syscall::exit_group:entry
/pid == $1/
{
	exit(0);
}
