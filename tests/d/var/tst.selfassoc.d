#pragma D option quiet

BEGIN
{
	self->a[1, "x"] = 5;
	self->a[2, "x"] = 6;
	printf("%d %d %d\n", self->a[1, "x"], self->a[2, "x"], self->a[1, "y"]);
	self->a[1, "x"] = 0;
	printf("%d %d\n", self->a[1, "x"], self->a[2, "x"]);
	exit(0);
}
