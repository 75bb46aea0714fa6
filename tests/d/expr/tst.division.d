#pragma D option quiet

/* §4.2: signed by the promoted type, truncating as C does. The last: two's complement wraps, as on any machine. */
int64_t a, b, least, minus;
BEGIN
{
	a = -17;
	b = 5;
	least = -9223372036854775807 - 1;
	minus = -1;
	printf("%d %d\n", a / b, a % b);
	printf("%d %d\n", -a / -b, -a % -b);
	printf("%d %d\n", a / -b, a % -b);
	printf("%d %d\n", least / 2, least % 10);
	printf("%d %d\n", least / minus, least % minus);
	exit(0);
}
