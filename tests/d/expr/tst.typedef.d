#pragma D option quiet

typedef unsigned short port_t;
typedef struct pair { int first; port_t second; } pair_t;
typedef pair_t *pair_p;
port_t p;
BEGIN
{
	p = 70000;
	printf("%d %d %d\n", p, sizeof (pair_t), sizeof (pair_p));
	printf("%d\n", (port_t)-1);
	printf("%d\n", offsetof(pair_t, second));
	exit(0);
}
