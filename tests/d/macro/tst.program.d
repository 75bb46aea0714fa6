#pragma D option quiet

/* $0 is the script. */
BEGIN
{
	printf("%s\n", $$0);
	exit(0);
}
