#pragma D option quiet

BEGIN
{
	this->p = (int *)alloca(8);
	this->p[1] = 42;
}

BEGIN
{
	this->q = (int *)alloca(8);
	this->q[1] = 1;
	printf("%d %d\n", this->p[1], this->q[1]);
	exit(0);
}
