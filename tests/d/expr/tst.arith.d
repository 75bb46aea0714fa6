#pragma D option quiet

/* Run-time operands: nothing here can be folded without reading variables. */
int a, b;
BEGIN
{
	a = 17;
	b = 5;
	printf("%d %d %d %d %d\n", a + b, a - b, a * b, a / b, a % b);
	printf("%d %d %d\n", b - a, -a, +a);
	printf("%d %d %d %d %d\n", a & b, a | b, a ^ b, ~a, ~b);
	printf("%d %d %d\n", a << b, a >> 2, a >> b);
	exit(0);
}
