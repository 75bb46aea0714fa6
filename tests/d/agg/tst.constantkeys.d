#pragma D option quiet

/* Keys that are constants: the verifier knows every entry that is looked at, and must not walk all their combinations. */
this string s;
END
{
	@a["/a/b/../c", "/a/b/../c", probefunc] = min(2);
	@b[probefunc, (int)("" != this->s), probemod] = lquantize(1, 0, 100, 10);
	@c["hello, world", this->s, execname] = llquantize(5, 10, 0, 6, 20);
	@d[(int)-1] = count();
	@d[-1] = count();
	@e["a", "b"] = sum(3);
	@e["a", "b"] = sum(4);
	printa("%s %s %@d\n", @a);
	printa("%d %@d\n", @d);
	printa("%s %s %@d\n", @e);
	clear(@b);
	trunc(@b);
	trunc(@c);
}
BEGIN
{
	exit(0);
}
