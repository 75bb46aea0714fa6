#pragma D option quiet

/* A little-endian machine: each of these swaps. */
BEGIN
{
	printf("%x %x %x\n", htons(0x1234), htonl(0x12345678), htonll(0x0123456789abcdef));
	printf("%x %x %x\n", ntohs(0x3412), ntohl(0x78563412), ntohll(0xefcdab8967452301));
	printf("%x %x\n", htons(0xff), ntohl(1));
	printf("%d %d %d\n", sizeof (htons(1)), sizeof (htonl(1)), sizeof (htonll(1)));
	x = 0xabcd;
	printf("%x %x\n", htons(x), htonl(x));
	exit(0);
}
