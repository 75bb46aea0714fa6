#pragma D option quiet

int64_t v;
BEGIN
{
	v = 0x1ffff8180;
	printf("%d %d %d %d\n", (char)v, (unsigned char)v, (short)v, (unsigned short)v);
	printf("%d %d %d\n", (int)v, (unsigned int)v, (long)v);
	v = -1;
	printf("%d %d %d\n", (uint8_t)v, (uint16_t)v, (uint32_t)v);
	printf("%d %d\n", (uint64_t)v, (uint64_t)(uint32_t)v);
	printf("%d %d\n", (int64_t)(int8_t)255, (int64_t)(uint8_t)255);
	printf("%d %d\n", (uint64_t)(int)-1 == (uint64_t)-1, (int64_t)(uint32_t)-1 == -1);
	exit(0);
}
