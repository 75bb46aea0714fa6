BEGIN
{
	double = 5;
}
