inline int twice[int a] = a * 2;
BEGIN
{
	x = twice[1, 2];
}
