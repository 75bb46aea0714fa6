#pragma D option quiet

/* Four threads at once: nothing is lost, and each has its own self->. */
BEGIN
{
	printf("ready\n");
}
syscall::gettid:entry
/pid == $1/
{
	self->n++;
	total++;
	@per[tid] = count();
}
syscall::gettid:return
/pid == $1/
{
	@bad = sum(arg0 != tid);
	@max = max(self->n);
	@all = count();
}
syscall::exit_group:entry
/pid == $1/
{
	printf("%d\n", total);
	printa("%@d\n", @all);
	printa("%@d\n", @bad);
	printa("%@d\n", @max);
	trunc(@per);
	exit(0);
}
