#pragma D option quiet

BEGIN
{
	trace(stringof(24));
}
BEGIN
{
	trace(strlen((string)((char *)32)));
}
BEGIN
{
	exit(0);
}
ERROR
{
	printf("error %d %x\n", arg4, arg5);
}
