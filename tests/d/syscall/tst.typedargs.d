#pragma D option quiet

/* §20.3: args[] with the types of the prototype. */
BEGIN
{
	printf("ready\n");
}
syscall::write:entry
/pid == $1 && args[2] == 5/
{
	printf("%s %d\n", stringof(copyinstr((uintptr_t)args[1])), args[2]);
	printf("%d %d\n", sizeof (args[2]), sizeof (args[0]));
}
syscall::exit_group:entry
/pid == $1/
{
	exit(0);
}
