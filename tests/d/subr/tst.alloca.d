#pragma D option quiet

BEGIN
{
	this->p = (int *)alloca(16);
	*this->p = 5; this->p[1] = 7; i = 2;
	this->p[i] = 9; this->p[i + 1] = this->p[0] + this->p[1];
	this->p[3]++; this->p[3] += 4; --*this->p;
	printf("%d %d %d %d\n", *this->p, this->p[1], this->p[i], this->p[3]);
	this->q = (char *)alloca(8);
	this->q[0] = 'h'; this->q[1] = 'i'; this->q[2] = 0;
	printf("%s %d\n", stringof(this->q), strlen(stringof(this->q)));
	n = 3;
	this->r = (short *)alloca(n * 2);
	this->r[n - 1] = -2;
	printf("%d\n", this->r[2]);
	exit(0);
}
