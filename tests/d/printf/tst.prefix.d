#pragma D option quiet

/* §10: a size prefix asks for exactly that type. */
BEGIN
{
	printf("%hd %ho %hx %hX %hi %hu\n", (short)-2, (unsigned short)8, (unsigned short)0xabcd,
	    (unsigned short)0xabcd, (short)-3, (unsigned short)7);
	printf("%ld %li %lu %lx %lX %lo\n", (long)-2, (long)-3, (unsigned long)7, (unsigned long)0xabcd,
	    (unsigned long)0xabcd, (unsigned long)8);
	printf("%lld %lli %llu %llx %llX %llo\n", (long long)-2, (long long)-3, (unsigned long long)7,
	    (unsigned long long)0xabcd, (unsigned long long)0xabcd, (unsigned long long)8);
	printf("%llx %llx\n", (int64_t)255, (uint64_t)255);
	printf("%hx %lx\n", (short)-1, (long)-1);
	exit(0);
}
