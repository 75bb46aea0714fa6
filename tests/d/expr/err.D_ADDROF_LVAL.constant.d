BEGIN
{
	x = &5;
}
