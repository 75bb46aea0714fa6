#pragma D option quiet

int declared;
string str;
BEGIN
{
	printf("%d [%s]\n", declared, str);
	declared = 3;
	implicit = 4;
	wide = (int64_t)5;
	str = "s";
}
BEGIN
{
	printf("%d %d %d %s\n", declared, implicit, wide, str);
	printf("%d %d %d\n", sizeof (declared), sizeof (implicit), sizeof (wide));
	exit(0);
}
