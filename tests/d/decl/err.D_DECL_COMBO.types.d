int char x;
BEGIN
{
	
}
