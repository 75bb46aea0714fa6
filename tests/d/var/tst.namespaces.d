#pragma D option quiet

/* §5.1: four name spaces. */
BEGIN
{
	x = 1;
	self->x = 2;
	this->x = 3;
	@x = sum(4);
	printf("%d %d %d\n", x, self->x, this->x);
	printa("%@d\n", @x);
	exit(0);
}
