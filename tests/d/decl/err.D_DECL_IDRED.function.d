int strlen;
BEGIN
{
	
}
