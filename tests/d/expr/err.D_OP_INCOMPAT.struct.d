BEGIN
{
	x = curthread->se == curthread->se;
}
