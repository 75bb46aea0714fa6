int a[int, ...];
BEGIN
{
	
}
