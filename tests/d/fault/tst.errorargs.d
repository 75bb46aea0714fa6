#pragma D option quiet

/* §12: arg1 is the enabled probe, arg2 the action, arg3 -1 without an offset, arg4 the kind, arg5 the address. */
int y;
BEGIN
{
	y = 1;
	y = *(int *)64;
}
ERROR
{
	printf("%d %d %d %d %d\n", arg1 != epid, arg2, arg3, arg4, arg5);
}
BEGIN
{
	y = y / (y - 1);
}
BEGIN
{
	exit(0);
}
