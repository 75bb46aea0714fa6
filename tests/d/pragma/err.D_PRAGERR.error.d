#error stop here
BEGIN
{
	
}
