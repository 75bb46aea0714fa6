struct s { int a; };
struct s { char a; };
BEGIN
{
	
}
