#nosuch line
BEGIN
{
	
}
