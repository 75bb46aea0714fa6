#pragma D option quiet

/* A string of the caller that is longer than strsize is cut. */
#pragma D option strsize=32
BEGIN
{
	printf("ready\n");
}
syscall::write:entry
/pid == $1 && arg2 == 40/
{
	printf("%s\n", copyinstr(arg1));
	printf("%d\n", strlen(copyinstr(arg1)));
	printf("%s\n", copyinstr(arg1, 100));
	printf("%s\n", copyinstr(arg1, 31));
	printf("%s|\n", copyinstr(arg1, 0));
}
syscall::exit_group:entry
/pid == $1/
{
	exit(0);
}
