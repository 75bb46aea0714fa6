BEGIN
{
	x = !curthread->se;
}
