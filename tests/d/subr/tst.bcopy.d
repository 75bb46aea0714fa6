#pragma D option quiet

BEGIN
{
	this->a = (int *)alloca(16); this->b = (int *)alloca(16);
	this->a[0] = 1; this->a[1] = 2; this->a[2] = 3; this->a[3] = 4;
	bcopy(this->a, this->b, 16);
	bcopy(this->a, this->b + 1, 8);
	n = 4;
	bcopy(&this->a[3], this->b, n);
	printf("%d %d %d %d\n", this->b[0], this->b[1], this->b[2], this->b[3]);
	bcopy(curthread, this->b, 4);
	printf("%d\n", this->b[3]);
	exit(0);
}
