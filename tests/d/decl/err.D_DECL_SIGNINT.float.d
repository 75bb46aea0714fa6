unsigned float x;
BEGIN
{
	
}
