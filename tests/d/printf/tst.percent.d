#pragma D option quiet

BEGIN
{
	printf("%%\n");
	printf("100%% of %d%%\n", 5);
	printf("no conversion\n");
	printf("a%%b%%c\n");
	exit(0);
}
