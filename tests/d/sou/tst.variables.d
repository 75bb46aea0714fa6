#pragma D option quiet
/* Members and elements of struct variables of all classes, bit-fields, strings and nested arrays in them. */
struct s { int a; unsigned b : 3; unsigned c : 7; char d[8]; struct s *next; uint64_t e; short arr[5]; string str; };
struct pt { int x; char y; };
struct s g; self struct s t; this struct s l; struct s as[int]; int arr[10]; self int sarr[7]; this uint64_t larr[3]; char buf[16];
struct pt p1; struct pt gp[4];
int cnt[struct pt];
BEGIN {
 g.a = 5; g.b = 9; g.c = 100; g.d[0] = 'h'; g.d[1] = 'i'; g.e = 1ull<<40; g.arr[4] = -7; g.str = "hello";
 self->t = g; self->t.a++; this->l = self->t; this->l.a += 10; as[3] = this->l; as[3].a *= 2; as[4].e = 3; as[4].str = "four";
 printf("%d %d %d %s %x %d %s\n", g.a, g.b, g.c, stringof(g.d), g.e, g.arr[4], g.str);
 printf("%d %d %d %s %x %d %s\n", self->t.a, self->t.b, self->t.c, stringof(self->t.d), self->t.e, self->t.arr[4], self->t.str);
 printf("%d %d %d %s %x %d %s\n", this->l.a, this->l.b, this->l.c, stringof(this->l.d), this->l.e, this->l.arr[4], this->l.str);
 printf("%d %d %d %s %x %d %s\n", as[3].a, as[3].b, as[3].c, stringof(as[3].d), as[3].e, as[3].arr[4], as[3].str);
 printf("%d %d %d %s %x %d %s\n", as[4].a, as[4].b, as[4].c, stringof(as[4].d), as[4].e, as[4].arr[4], as[4].str);
 printf("%d [%s]\n", as[5].a, as[5].str);
}
BEGIN { i = 3; arr[i] = 33; arr[i+1] = arr[i]++; self->sarr[i] = 44; this->larr[i-1] = 55; buf[i] = 'x'; buf[0]='a';buf[1]='b';buf[2]='c';
 printf("%d %d %d %d %s\n", arr[3], arr[4], self->sarr[3], this->larr[2], stringof(buf));
 p1.x = 7; p1.y = 'q'; gp[i-1] = p1; gp[i-1].x--; cnt[p1] = 4; cnt[gp[2]] += 6; cnt[gp[2]] ++; printf("%d %d %d\n", cnt[p1], cnt[gp[2]], gp[2].x);
}
BEGIN { exit(0) }
