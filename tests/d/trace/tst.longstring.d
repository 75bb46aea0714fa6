/* Strings longer than the column are not cut. */
BEGIN
{
	trace("0123456789012345678901234567890123456789");
	trace("x");
	exit(0);
}
