#pragma D option quiet

/* §10: %p is hexadecimal without 0x; %? is the width of a pointer. */
BEGIN
{
	printf("%p %p\n", (void *)0xdeadbeef, 255);
	printf("[%?x][%-?x]\n", 255, 255);
	printf("[%?p]\n", (void *)0x1234);
	printf("%d\n", (uint64_t)curthread != 0);
	exit(0);
}
