#pragma D option quiet

/* No symbol there. */
BEGIN
{
	printf("%a %a\n", 0x10, (void *)0xfff);
	exit(0);
}
