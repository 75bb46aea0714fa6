#pragma D option quiet

/* Display only: denormalize() brings the numbers back. */
BEGIN
{
	@s["a"] = sum(105);
	@s["b"] = sum(-105);
	@v["a"] = avg(100);
	@v["a"] = avg(200);
	@d["a"] = stddev(100);
	@d["a"] = stddev(300);
	normalize(@s, 10);
	normalize(@v, 10);
	normalize(@d, 10);
	printa("%s %@d\n", @s);
	printa("%s %@d\n", @v);
	printa("%s %@d\n", @d);
	denormalize(@s);
	printa("%s %@d\n", @s);
	normalize(@s, 3);
	printa("%s %@d\n", @s);
	exit(0);
}
