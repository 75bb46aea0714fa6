#pragma D option quiet
#pragma D option dynvarsize=4k
int64_t i;
tick-4999hz
{
	a[i] = i + 1;
	i++;
}
tick-4hz
{
	exit(0);
}
