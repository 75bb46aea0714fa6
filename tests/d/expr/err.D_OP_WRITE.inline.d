inline int LIMIT = 5;
BEGIN
{
	LIMIT = 6;
}
