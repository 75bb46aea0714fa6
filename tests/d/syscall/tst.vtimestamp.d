#pragma D option quiet

/* Time on the processor: nearly all of a busy loop, next to nothing of a sleep. */
BEGIN
{
	printf("ready\n");
}
syscall::getppid:entry
/pid == $1/
{
	n++;
	t[n] = timestamp;
	v[n] = vtimestamp;
}
syscall::exit_group:entry
/pid == $1/
{
	printf("%d %d\n", t[2] - t[1] >= 30000000, v[2] - v[1] >= 15000000 && v[2] - v[1] <= t[2] - t[1]);
	printf("%d %d\n", t[3] - t[2] >= 50000000, v[3] - v[2] < 10000000);
	exit(0);
}
