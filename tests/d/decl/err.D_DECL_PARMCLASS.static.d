int f(static int a);
BEGIN
{
	
}
