struct s { int a[0x7fffffffffffffff]; };
BEGIN
{
	
}
