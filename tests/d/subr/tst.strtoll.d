#pragma D option quiet

BEGIN
{
	printf("%d %d %d %d\n", strtoll("  -12x"), strtoll("0x1f", 16), strtoll("zz", 36), strtoll(""));
	printf("%d %d\n", strtoll("9223372036854775807"), strtoll("-101", 2));
	exit(0);
}
