#pragma D option quiet

/* Thread-local state from entry to return. */
BEGIN
{
	printf("ready\n");
}
syscall::read:entry
/pid == $1/
{
	self->size = arg2;
	self->ts = timestamp;
}
syscall::read:return
/self->size/
{
	@n[self->size == arg0] = count();
	@t["in order"] = sum(timestamp > self->ts && timestamp - self->ts < 1000000000);
	self->size = 0;
	self->ts = 0;
}
syscall::exit_group:entry
/pid == $1/
{
	printa("%d %@d\n", @n);
	printa("%s %@d\n", @t);
	exit(0);
}
