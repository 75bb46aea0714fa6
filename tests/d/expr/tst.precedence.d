#pragma D option quiet

/* §4.1; the values differ from what the neighbouring level would give. */
int one, two, three;
BEGIN
{
	one = 1; two = 2; three = 3;
	printf("%d %d\n", one + two * three, (one + two) * three);
	printf("%d %d\n", one << two + one, (one << two) + one);
	printf("%d %d\n", one < two == one, one < (two == one));
	printf("%d %d\n", two & two == two, (two & two) == two);
	printf("%d %d\n", one | two ^ three & two, (one | two) ^ three);
	printf("%d %d\n", one || one ^^ one, (one || one) ^^ one);
	printf("%d %d\n", one ^^ one && 0, (one ^^ one) && 0);
	printf("%d %d\n", -two + three, -(two + three));
	printf("%d %d\n", !one + one, !(one + one));
	printf("%d %d\n", ~one & three, ~(one & three));
	printf("%d %d\n", 20 / two / 5, 20 / (two / one) * 5);
	printf("%d %d\n", 10 - three - two, 10 - (three - two));
	exit(0);
}
