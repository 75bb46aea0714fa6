#pragma D option quiet

union u { int i; uint8_t c[4]; };
this union u v;
BEGIN
{
	this->v.i = 0x01020304;
	printf("%d %d %d\n", this->v.c[0], this->v.c[3], sizeof (this->v));
	this->v.c[3] = 0xff;
	printf("%x\n", this->v.i);
	exit(0);
}
