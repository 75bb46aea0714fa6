#pragma D option quiet

/* §9.1: each entry is a row, keyed by the tuple. */
#pragma D option agghist
BEGIN
{
	@["a"] = sum(10);
	@["b"] = sum(30);
	exit(0);
}
