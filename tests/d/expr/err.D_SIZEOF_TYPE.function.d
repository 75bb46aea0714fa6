typedef int function_t(int);
BEGIN
{
	x = sizeof (function_t);
}
