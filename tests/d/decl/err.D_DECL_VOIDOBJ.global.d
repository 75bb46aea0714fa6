void x;
BEGIN
{
	
}
