int;
BEGIN
{
	
}
