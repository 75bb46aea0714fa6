#pragma D option quiet

BEGIN
{
	printf("[%5d][%-5d][%05d][%1d]\n", 42, 42, 42, 12345);
	printf("[%5d][%-5d][%05d]\n", -42, -42, -42);
	printf("[%8x][%-8x][%08x]\n", 0xbeef, 0xbeef, 0xbeef);
	printf("[%5s][%-5s][%2s]\n", "abc", "abc", "abc");
	printf("[%5c][%-5c]\n", 'x', 'x');
	printf("[%20d]\n", -9223372036854775807);
	printf("[%5u][%-5o]\n", 42, 8);
	exit(0);
}
