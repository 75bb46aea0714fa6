BEGIN
{
	x = 1 ? "text" : 5;
}
