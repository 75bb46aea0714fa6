#pragma D option quiet

/* §5: assigning 0 deletes; the place can be used again, many times more often than there is room. */
#pragma D option dynvarsize=64k
int64_t i, total;
int64_t a[int64_t];
tick-5000hz
{
	a[i] = i + 1;
	a[i - 1] = 0;
	total += a[i] - i;
	i++;
}
tick-5000hz
/i == 2000/
{
	printf("%d %d %d\n", total, a[1998], a[1999]);
	exit(0);
}
