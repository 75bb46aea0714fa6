#pragma D option quiet

int i;
uint8_t c;
int64_t l;
BEGIN
{
	i = 10; i += 5; printf("%d ", i);
	i -= 20; printf("%d ", i);
	i *= -3; printf("%d ", i);
	i /= 4; printf("%d ", i);
	i %= 2; printf("%d\n", i);
	i = 0x0f; i &= 0x3c; printf("%d ", i);
	i |= 0x41; printf("%d ", i);
	i ^= 0xff; printf("%d ", i);
	i <<= 3; printf("%d ", i);
	i >>= 4; printf("%d\n", i);
	c = 250; c += 10; printf("%d ", c);
	c -= 5; printf("%d ", c);
	c <<= 1; printf("%d\n", c);
	l = -8; l >>= 1; printf("%d ", l);
	l /= 3; printf("%d\n", l);
	exit(0);
}
