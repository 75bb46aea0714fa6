#pragma D option quiet

inline int LIMIT = 1 << 10;
inline int TWICE = LIMIT * 2;
inline string NAME = "name";
int calls;
inline int next = ++calls;
BEGIN
{
	printf("%d %d %s\n", LIMIT, TWICE, NAME);
	printf("%d\n", LIMIT / TWICE + 1);
	printf("%d %d\n", next, next);
	printf("%d\n", calls);
	exit(0);
}
