#pragma D option quiet

/* §20.3: a failed call returns -1 and sets errno: ENOENT 2, EBADF 9, EFAULT 14, ENOTDIR 20. */
BEGIN
{
	printf("ready\n");
}
syscall::openat:return, syscall::close:return, syscall::write:return
/pid == $1 && errno != 0/
{
	printf("%s %d %d %d\n", probefunc, (int)arg0, arg1, errno);
}
syscall::exit_group:entry
/pid == $1/
{
	exit(0);
}
