#pragma D option quiet

int8_t c; uint8_t uc; int16_t s; uint16_t us; int32_t i; uint32_t ui; int64_t l; uint64_t ul;
BEGIN
{
	c = -1; uc = -1; s = -1; us = -1; i = -1; ui = -1; l = -1; ul = -1;
	printf("%d %d %d %d\n", c, s, i, l);
	printf("%d %d %d %d\n", uc, us, ui, ul);
	printf("%i %i %i %i\n", uc, us, ui, ul);
	printf("%u %u %u %u\n", c, s, i, l);
	printf("%x %x %x %x\n", c, s, i, l);
	printf("%X %X %X %X\n", uc, us, ui, ul);
	printf("%o %o %o %o\n", c, s, i, l);
	exit(0);
}
