#pragma D option quiet
#pragma D option aggsize=4k
int64_t n;
BEGIN
{
	printf("ready\n");
}
syscall::gettid:entry
/pid == $1/
{
	n++;
	@[n, "a key for each call"] = count();
}
syscall::exit_group:entry
/pid == $1/
{
	trunc(@);
	exit(0);
}
