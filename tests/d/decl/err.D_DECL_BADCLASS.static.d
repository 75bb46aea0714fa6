static int x;
BEGIN
{
	
}
