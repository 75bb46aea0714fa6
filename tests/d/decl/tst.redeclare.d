#pragma D option quiet

/* §3: the same declaration again is none too many. */
extern char __start_rodata[8];
extern char __start_rodata[8];
typedef struct pair pair_t;
typedef struct pair pair_t;
struct pair { int a; };
pair_t p;
BEGIN
{
	p.a = 3;
	printf("%d\n", p.a);
	exit(0);
}
