#pragma D option quiet

BEGIN
/0/
{
	printf("wrong\n");
}
BEGIN
/1/
{
	printf("one\n");
	x = 5;
}
BEGIN
/x == 5 && execname == "dtrace"/
{
	printf("two\n");
}
BEGIN
/x != 5 || !x/
{
	printf("wrong\n");
}
BEGIN
/-1/
{
	printf("three\n");
	exit(0);
}
