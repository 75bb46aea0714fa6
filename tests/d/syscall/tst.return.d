#pragma D option quiet

/* §20.3: arg0 and arg1 are the result; errno is 0 after success. */
BEGIN
{
	printf("ready\n");
}
syscall::getppid:return
/pid == $1/
{
	printf("%d %d %d\n", arg0 == ppid, arg1 == ppid, errno);
}
syscall::lseek:entry
/pid == $1/
{
	printf("%x %d\n", arg1, arg2);
}
syscall::lseek:return
/pid == $1/
{
	printf("%x %x %d\n", arg0, arg1, errno);
}
syscall::exit_group:entry
/pid == $1/
{
	exit(0);
}
