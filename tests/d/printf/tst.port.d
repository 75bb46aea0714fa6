#pragma D option quiet

BEGIN
{
	printf("%P %P\n", (uint16_t)80, (uint16_t)22);
	exit(0);
}
