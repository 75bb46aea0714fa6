#pragma D option quiet

/* §10: floating-point values from memory; 0x40490fdb is 3.14159274 as a float, 0x3fc00000 is 1.5. */
struct s { int a; char b[8]; float f; };
BEGIN
{
	this->p = (int *)alloca(32);
	this->p[0] = 0x40490fdb;
	this->p[3] = 0x3fc00000;
	this->s = (struct s *)this->p;
	printf("%f %e %g %G [%.2f] [%8.3f] [%-8.1f]\n", *(float *)this->p, *(float *)this->p, *(float *)this->p,
	    *(float *)this->p, *(float *)this->p, *(float *)this->p, this->s->f);
	this->q = (uint64_t *)alloca(8);
	this->q[0] = 0xc00921fb54442d18;
	this->d = (double *)this->q;
	printf("%f %E %.10g %d\n", *this->d, this->d[0], *this->d, sizeof (double));
	exit(0);
}
