BEGIN
/curthread/
{
	trace(1);
}
