struct no_such_struct_anywhere x;
BEGIN
{
	
}
