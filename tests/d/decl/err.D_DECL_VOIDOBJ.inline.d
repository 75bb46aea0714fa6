inline void x = 5;
BEGIN
{
	
}
