#pragma D option quiet

BEGIN
{
	this->p = (unsigned char *)alloca(16);
	this->p[0] = 10; this->p[1] = 0; this->p[2] = 2; this->p[3] = 255;
	printf("%s %s\n", inet_ntoa(this->p), inet_ntop(2, this->p));
	this->w = (uint64_t *)this->p;
	this->w[0] = 0; this->w[1] = htonll(1);
	printf("%s %s\n", inet_ntoa6(this->p), inet_ntop(10, this->p));
	this->w[1] = htonll(0xffff01020304);
	printf("%s\n", inet_ntoa6(this->p));
	this->w[0] = htonll(0x20010db800000000); this->w[1] = htonll(0x0001000000000001);
	printf("%s\n", inet_ntoa6(this->p));
	exit(0);
}
