#pragma D option quiet

int zero;
BEGIN
{
	trace(1);
	trace(7 / zero);
}
BEGIN
{
	x = 7 % zero;
}
BEGIN
{
	self->q = (uint64_t)7 / zero;
}
BEGIN
{
	x = 9;
	x %= zero;
}
ERROR
{
	printf("%d action %d offset %d fault %d value %d\n", arg1, arg2, arg3, arg4, arg5);
	n++;
}
END
{
	printf("%d\n", n);
}
BEGIN
{
	exit(0);
}
