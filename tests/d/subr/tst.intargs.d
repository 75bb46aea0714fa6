#pragma D option quiet

/* Arguments are converted to the type of the prototype, an int here. */
uint32_t u;
int64_t l;
int i;
int16_t h;
int8_t c;
BEGIN
{
	u = 0xfffffffe;
	l = 0x100000002;
	i = 0x7fffffff;
	printf("%s %s %s\n", substr("abcdef", u), substr("abcdef", l), substr("abcdef", 0, u));
	printf("%d %d\n", index("abcabc", "c", l + 1), rindex("abcabc", "c", u + 5));
	printf("%s\n", substr("abcdef", i + i));
	printf("%s %s\n", substr("abcdef", 'a' << 34), substr("abcdef", 1, 2 - ('a' << 34)));
	/* More than the operand's type holds, and more than the argument's. */
	h = 25060;
	c = -2;
	printf("%s %s\n", substr("abcdef", h << 25), substr("abcdef", (uint8_t)c << 24));
	exit(0);
}
