#pragma D option quiet

/* Conditions are scalars: any integer, pointers, comparisons of strings. */
BEGIN
{
	if (curthread)
		printf("pointer\n");
	if (execname == "dtrace")
		printf("string\n");
	if (0x100000000)
		printf("wide\n");
	if (x++)
		printf("wrong\n");
	if (x)
		printf("after\n");
	if (1 && (x == 1 || 1 / x))
		printf("and\n");
	exit(0);
}
