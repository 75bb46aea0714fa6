struct s { int a : 3; };
BEGIN
{
	x = sizeof (((struct s *)8)->a);
}
