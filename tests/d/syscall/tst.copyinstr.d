#pragma D option quiet

BEGIN
{
	printf("ready\n");
}
syscall::openat:entry
/pid == $1/
{
	this->s = copyinstr(arg1);
	printf("%s %d\n", this->s, strlen(this->s));
	printf("%s\n", copyinstr(arg1, 4));
	printf("%s|%s\n", basename(copyinstr(arg1)), dirname(copyinstr(arg1)));
	printf("%d\n", copyinstr(arg1) == "/tmp/no such/file");
}
syscall::exit_group:entry
/pid == $1/
{
	exit(0);
}
