typedef int (*function_t)(int);
BEGIN
{
	x = *(function_t)8;
}
