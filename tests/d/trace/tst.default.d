/* §2: an empty body is the default action; a body without a recording statement prints no line. */
BEGIN
{
}
BEGIN
{
	x = 5;
	@ = count();
}
BEGIN
{
	exit(0);
}
END
{
}
