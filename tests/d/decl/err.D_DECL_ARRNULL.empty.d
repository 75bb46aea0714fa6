int a[];
BEGIN
{
	
}
