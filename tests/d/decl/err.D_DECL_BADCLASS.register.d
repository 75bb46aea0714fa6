register int x;
BEGIN
{
	
}
