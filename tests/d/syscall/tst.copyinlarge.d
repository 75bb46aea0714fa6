#pragma D option quiet

/* What is larger than the memory for it is out of scratch space, unless only the first bytes matter. */
BEGIN
{
	printf("ready\n");
}
syscall::write:entry
/pid == $1 && arg2 == 6000/
{
	printf("%d\n", strlen(stringof(copyin(arg1, arg2))));
	printf("%s\n", stringof((char *)copyin(arg1 + 5990, arg2 - 5990)));
	tracemem(copyin(arg1 + 4000, arg2), 16);
	this->c = (char *)copyin(arg1, arg2 / 2);
	printf("%c\n", this->c[2999]);
}
syscall::write:entry
/pid == $1 && arg2 == 6000/
{
	trace(stringof(copyin(arg1, arg2 - 6001)));
}
syscall::write:entry
/pid == $1 && arg2 == 6000/
{
	this->c = (char *)copyin(arg1, arg2);
	trace(this->c[0]);
}
syscall::write:entry
/pid == $1 && arg2 == 6000/
{
	trace(stringof(alloca(arg2)));
}
syscall::write:entry
/pid == $1 && arg2 == 3/
{
	printf("%s %s\n", stringof(copyin(arg1, arg2)), stringof(copyin(arg1, 2)));
}
ERROR
{
	printf("fault %d in action %d\n", arg4, arg2);
}
syscall::exit_group:entry
/pid == $1/
{
	exit(0);
}
