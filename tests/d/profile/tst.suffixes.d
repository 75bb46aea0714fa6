#pragma D option quiet

/* §20.2: each of these is about 20 ms or less; hz is the default. */
uint64_t seen[string];
tick-50, tick-50hz, tick-20ms, tick-20msec, tick-20000us, tick-20000usec, tick-20000000ns, tick-20000000nsec
/!seen[probename]/
{
	seen[probename] = 1;
	n++;
}
tick-10ms
/n == 8/
{
	printf("%d\n", n);
	exit(0);
}
