#pragma D option quiet

struct inner { short a; short b; };
struct s { char c; int i; char d[3]; long l; struct inner in; };
BEGIN
{
	printf("%d %d %d %d %d\n", offsetof(struct s, c), offsetof(struct s, i), offsetof(struct s, d),
	    offsetof(struct s, l), offsetof(struct s, in));
	printf("%d\n", offsetof(struct inner, b));
	exit(0);
}
