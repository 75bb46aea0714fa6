#pragma D option quiet

/* What is interrupted is in user mode or in the kernel, never both; the names are those of the probe. */
BEGIN
{
	printf("ready\n");
}
profile-997
/pid == $1/
{
	@n[probeprov, probefunc, probename] = count();
	@bad = sum((arg0 != 0) == (arg1 != 0));
	@own = sum(execname != "trigger" || curthread->tgid != $1);
}
syscall::exit_group:entry
/pid == $1/
{
	normalize(@n, 1000000);
	printa("%s|%s|%s %@d\n", @n);
	printa("%@d %@d\n", @bad, @own);
	exit(0);
}
