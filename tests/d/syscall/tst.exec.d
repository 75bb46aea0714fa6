#pragma D option quiet

/* execname changes with the program; the path is still the caller's at the entry. */
BEGIN
{
	printf("ready\n");
}
syscall::execve:entry
/ppid == $1/
{
	printf("%s -> %s\n", execname, copyinstr(arg0));
}
syscall::execve:return
/ppid == $1/
{
	printf("%s %d %d\n", execname, arg0, errno);
}
syscall::exit_group:entry
/pid == $1/
{
	exit(0);
}
