BEGIN
{
	x = 1;
}
/* without an end
