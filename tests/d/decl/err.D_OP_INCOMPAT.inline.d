inline int x = "text";
BEGIN
{
	trace(x);
}
