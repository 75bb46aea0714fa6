/* Members of translations of structs, pointers, integers and strings; a member that is itself a translation; inlines. */
#pragma D option quiet

struct in { int a; int b; char n[8]; };
struct sub { int z; };
typedef struct out { int sum; string name; char first[16]; uint64_t big; struct sub s; struct sub *sp; } out_t;

translator struct sub < int i > { z = i * 100; };
translator struct sub < string s > { z = strlen(s) + strlen(s); };
translator out_t < struct in p > {
	sum = p.a + p.b;
	name = stringof(p.n);
	first = p.n;
	big = p.a ? p.b : 0;
	s = xlate <struct sub> (p.a + p.b);
	sp = xlate <struct sub *> (p.b);
};
inline out_t *now[struct in x] = xlate <out_t *> (x);
struct in g;

BEGIN
{
	g.a = 3;
	g.b = 4;
	g.n[0] = 'n';
	printf("%d %s %s %d %d %d\n", xlate <out_t> (g).sum, xlate <out_t> (g).name, now[g]->first,
	    now[g]->big, now[g]->s.z, now[g]->sp->z);
	printf("%d\n", xlate <struct sub> (strjoin("ab", "cde")).z);
	exit(0);
}
