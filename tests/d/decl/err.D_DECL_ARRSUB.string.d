struct s { int a["x"]; };
BEGIN
{
	
}
