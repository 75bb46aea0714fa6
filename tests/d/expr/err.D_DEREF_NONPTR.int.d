BEGIN
{
	x = *5;
}
