/* one /* inside another */
BEGIN
{
	x = 1;
}
