#pragma D option quiet

int zero;
BEGIN
/1 / zero/
{
	printf("wrong\n");
}
BEGIN
{
	printf("next\n");
	exit(0);
}
ERROR
{
	printf("error %d %d\n", arg2, arg4);
}
