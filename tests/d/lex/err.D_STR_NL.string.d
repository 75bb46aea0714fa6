BEGIN
{
	x = "not closed
	";
}
