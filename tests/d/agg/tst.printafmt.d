#pragma D option quiet

/* §10: conversions take the keys in order, %@ the value; nothing is added. */
BEGIN
{
	@a["x", 1] = sum(10);
	@a["y", 2] = sum(20);
	printa("%s-%d=%@d\n", @a);
	printa("%@8d|%-5s|%03d\n", @a);
	printa("only keys %s %d;", @a);
	printa("\n%@x %@u %@5d|\n", @a);
	exit(0);
}
