// there is no such comment
BEGIN
{
	x = 1;
}
