string s;
BEGIN
{
	printf(s);
}
