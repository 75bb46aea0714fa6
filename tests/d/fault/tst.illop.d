#pragma D option quiet

/* §8: a base that does not exist. */
int base;
BEGIN
{
	base = 37;
	trace(lltostr(5, base));
}
BEGIN
{
	base = 1;
	trace(lltostr(5, base));
}
BEGIN
{
	base = -10;
	trace(lltostr(5, base));
}
BEGIN
{
	exit(0);
}
ERROR
{
	printf("error %d %d\n", arg4, arg5);
}
