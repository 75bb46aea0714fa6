/* astdump: -- 42 -7 ident two-words int */
BEGIN
{
	x = y += z ? 1 : 2, w <<= 3;
	a || b ^^ c && d | e ^ f & g == h < i << j + k * !l;
	-1 - -x-- + ++y * ~z;
	(int)x + (struct foo *)p->q - (foo_t)(a);
	xlate <info_t *>(p)->i_name;
	offsetof(struct foo, string) + sizeof (foo_t *) + sizeof x.y;
	self->a[1, "k"]->b.c++;
	this->p->if = &`kernel_symbol;
	*mod`sym + libc.so.6`environ + ``user;
	stringof x[0];
	f(g(), (h, i));
	0x7f + 010 + 1UL + 'a' + 'ab' + '\n' + 4294967296 + "\x41\tb\"";
	$1 + $2 + $3 + ($5)$3 + strlen($4) + $pid + $$target;
	@agg["x", ustack(3)] = lquantize(arg0, 0, 100, 10);
}
