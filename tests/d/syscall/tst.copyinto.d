#pragma D option quiet

/* Bytes of the caller, put behind those that are there already. */
BEGIN
{
	printf("ready\n");
}
syscall::write:entry
/pid == $1 && arg2 == 8/
{
	this->c = (char *)alloca(16);
	copyinto(arg1, 8, this->c);
	copyinto(arg1, 8, this->c + 8);
	copyinto(arg1 + 1, 3, this->c + 2);
	this->c[13] = 0;
	printf("%s\n", stringof(this->c));
}
syscall::exit_group:entry
/pid == $1/
{
	exit(0);
}
