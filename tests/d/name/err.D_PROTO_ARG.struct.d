BEGIN
{
	x = lltostr(curthread->se);
}
