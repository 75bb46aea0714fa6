#pragma D option quiet

/* §4.2: narrowing happens on store, by the declared type of the variable. */
int8_t c;
uint8_t uc;
int16_t s;
uint16_t us;
int32_t i;
uint32_t ui;
int64_t l;
uint64_t ul;
BEGIN
{
	c = 300; printf("%d ", c);
	c = 200; printf("%d ", c);
	c = -129; printf("%d\n", c);
	uc = 300; printf("%d ", uc);
	uc = -1; printf("%d\n", uc);
	s = 40000; printf("%d ", s);
	s = 0x12345; printf("%d\n", s);
	us = 70000; printf("%d ", us);
	us = -1; printf("%d\n", us);
	i = 0x100000001; printf("%d ", i);
	i = 4294967295; printf("%d\n", i);
	ui = -1; printf("%d ", ui);
	ui = 0x1fffffffe; printf("%d\n", ui);
	l = -1; printf("%d ", l);
	l = 0x8000000000000000; printf("%d\n", l);
	ul = -1; printf("%d\n", ul);
	exit(0);
}
