#pragma D option quiet

/* More keys than any initial table has; the sum tells whether one was lost or counted twice. */
int64_t i;
tick-4999hz
/i < 1000/
{
	@n[i * 7] = sum(i);
	@n[i * 7 + 1] = sum(1);
	i++;
}
tick-4999hz
/i == 1000/
{
	exit(0);
}
END
{
	trunc(@n, 2);
	printa("%d %@d\n", @n);
}
