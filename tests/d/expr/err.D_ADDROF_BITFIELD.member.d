struct s { int a : 3; int b : 5; };
BEGIN
{
	x = &((struct s *)8)->b;
}
