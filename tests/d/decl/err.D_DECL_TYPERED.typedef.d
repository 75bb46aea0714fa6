typedef int my_t;
typedef char my_t;
BEGIN
{
	
}
