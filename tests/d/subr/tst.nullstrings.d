#pragma D option quiet

self string s;
this string l;
string a[int];

BEGIN
{
	s = "x"; printf("%d", s == NULL); s = NULL; printf(" %d %d [%s]\n", s == NULL, s != NULL, s);
	s = ""; printf("%d %d\n", s == NULL, s == "");
	printf("%d", self->s == NULL); self->s = ""; printf(" %d", self->s == NULL);
	self->s = "ab"; printf(" %d %s", self->s == NULL, self->s); self->s = NULL; printf(" %d\n", self->s == NULL);
	printf("%d", a[1] == NULL); a[1] = ""; printf(" %d", a[1] == NULL); a[1] = NULL; printf(" %d\n", a[1] == NULL);
	this->l = NULL; printf("%d", this->l == NULL); s = this->l; printf(" %d\n", s == NULL);
	t = strchr("abc", 'x'); printf("%d %d\n", t == NULL, strchr("abc", 'b') == NULL);
	x = 1; t = x ? NULL : "a"; printf("%d\n", t == NULL);
	@c[t] = count(); @c[""] = count(); printa("[%s] %@d\n", @c);
	exit(0);
}
