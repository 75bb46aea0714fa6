#pragma D option quiet

struct s { int a; unsigned b : 3; unsigned c : 5; short n[2]; };

BEGIN
{
	this->s = (struct s *)alloca(sizeof (struct s));
	this->s->a = -7; this->s->b = 3; this->s->c = 4; this->s->n[1] = 11;
	this->s->b++; this->s->a *= 2;
	printf("%d %d %d %d\n", this->s->a, this->s->b, this->s->c, this->s->n[1]);
	this->t = (struct s *)alloca(sizeof (struct s));
	*this->t = *this->s;
	printf("%d %d\n", this->t->a, this->t->c);
	exit(0);
}
