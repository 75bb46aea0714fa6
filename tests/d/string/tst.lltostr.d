#pragma D option quiet

int64_t least;
BEGIN
{
	printf("%s %s %s %s\n", lltostr(0), lltostr(7), lltostr(-1), lltostr(1234567890123));
	least = -9223372036854775807 - 1;
	printf("%s %s\n", lltostr(9223372036854775807), lltostr(least));
	printf("%s %s %s\n", lltostr(255, 16), lltostr(8, 8), lltostr(5, 2));
	printf("%s %s\n", lltostr(35, 36), lltostr(123, 10));
	printf("%s\n", lltostr(-1, 16));
	printf("%s\n", lltostr(-1, 2));
	printf("%s %s\n", lltostr(-5, 10), lltostr(0xabcdef, 16));
	exit(0);
}
