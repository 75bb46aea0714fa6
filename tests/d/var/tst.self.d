#pragma D option quiet

self int declared;
BEGIN
{
	printf("%d\n", self->declared);
	self->a = 5;
	self->s = "str";
	self->declared = -1;
}
BEGIN
{
	printf("%d %s %d\n", self->a, self->s, self->declared);
	self->a = 0;
	self->s = 0;
	printf("%d [%s]\n", self->a, self->s);
	self->a += 7;
	printf("%d\n", self->a);
	exit(0);
}
