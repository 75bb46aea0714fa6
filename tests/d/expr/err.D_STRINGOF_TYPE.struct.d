BEGIN
{
	x = stringof(curthread->se);
}
