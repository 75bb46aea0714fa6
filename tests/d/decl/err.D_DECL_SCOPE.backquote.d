int a`b;
BEGIN
{
	
}
