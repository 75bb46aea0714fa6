BEGIN
{
	x = (int)curthread->se;
}
