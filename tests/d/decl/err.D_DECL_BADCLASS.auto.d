auto int x;
BEGIN
{
	
}
