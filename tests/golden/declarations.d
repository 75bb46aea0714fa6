int a, *b, c[10], *d[3], (*e)[3], (*f)(int, char *), g(void), h(int, ...);
unsigned long long ull; const volatile char *const *cv; long double ld; _Bool flag;
self string s; this uint64_t t; extern int ext; typedef struct foo foo_s;
string names[int, string]; foo_s *by_key[struct key k, mod`type_t];
userland char *u;
struct foo {
	int x, y[2];
	unsigned bits : 3, : 5, more : sizeof (int);
	struct { int inner; };
	union { char c; foo_s *next; } un;
};
enum color { RED, GREEN = 5, BLUE = GREEN + 1, };
enum { ANONYMOUS };
struct forward;
inline int LIMIT = 1 << 10;
inline string color_name[int c] =
	c == RED ? "red" :
	c == GREEN ? "green" : "other";
typedef struct info { string i_name; int i_size; } info_t;
translator info_t < struct foo *F > {
	i_name = stringof(F->un.c);
	i_size = F == NULL ? 0 : F->bits;
};
provider app {
	probe start(int, char *) : (int code, string name);
	probe do__it(struct foo *f);
	probe stop(void);
};
