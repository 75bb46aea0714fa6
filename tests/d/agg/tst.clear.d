#pragma D option quiet

/* clear() keeps the keys. It takes effect when the record is read (§7), so time passes between the steps. */
int n;
tick-20hz
{
	n++;
}
tick-20hz
/n == 1/
{
	@c["a"] = count();
	@c["b"] = count();
	@s["a"] = sum(5);
	@x["a"] = max(5);
	@v["a"] = avg(5);
	@q["a"] = quantize(5);
	clear(@c);
	clear(@s);
	clear(@v);
	clear(@x);
	clear(@q);
	printa("%s %@d\n", @c);
	printa("%s %@d\n", @s);
	printa("%s %@d\n", @v);
}
tick-20hz
/n == 5/
{
	@c["a"] = count();
	@s["a"] = sum(2);
	@v["a"] = avg(3);
	@x["a"] = max(2);
	@q["a"] = quantize(1);
	printa("%s %@d\n", @c);
	printa("%s %@d\n", @s);
	printa("%s %@d\n", @v);
	printa("%s %@d\n", @x);
	printa("%@d", @q);
	exit(0);
}
