BEGIN
{
	x = curthread->se ? 1 : 2;
}
