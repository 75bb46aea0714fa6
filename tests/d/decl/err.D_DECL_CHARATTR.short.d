short char c;
BEGIN
{
	
}
