BEGIN
{
	x = curthread->se && 1;
}
