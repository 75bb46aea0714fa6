#pragma D option quiet

struct s { char c; int i; char d[3]; long l; };
union u { char c[5]; short s; int i; };
int i;
int8_t c;
string str;
BEGIN
{
	printf("%d %d %d %d %d\n", sizeof (char), sizeof (short), sizeof (int), sizeof (long), sizeof (long long));
	printf("%d %d %d\n", sizeof (void *), sizeof (struct s), sizeof (union u));
	printf("%d %d %d\n", sizeof (i), sizeof (c), sizeof (str));
	printf("%d %d\n", sizeof (string), sizeof (size_t));
	printf("%d %d\n", sizeof (pid_t), sizeof (struct s *));
	printf("%d %d %d\n", sizeof (int8_t), sizeof (uint16_t), sizeof (uintptr_t));
	exit(0);
}
