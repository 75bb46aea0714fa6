#pragma D option quiet

BEGIN
{
	printf("%d %d %d\n", progenyof($pid), progenyof(1), progenyof(0x7fffffff));
	p = pid;
	printf("%d\n", progenyof(p));
	exit(0);
}
