#pragma D option quiet

/* A histogram ignores the letter of its conversion. */
BEGIN
{
	@a["k"] = quantize(5);
	printa("%s:%@d", @a);
	printa("<%s>%@x|\n", @a);
	printa(@a);
	exit(0);
}
