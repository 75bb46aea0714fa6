unsigned void *p;
BEGIN
{
	
}
