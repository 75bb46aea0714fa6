int x;
BEGIN
{
	x["key"] = 1;
}
