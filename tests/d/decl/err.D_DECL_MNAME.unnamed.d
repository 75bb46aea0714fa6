struct s { int; };
BEGIN
{
	
}
