#pragma D option quiet

/* §9.3: ascending by value, ties by key. */
BEGIN
{
	@["d"] = sum(3);
	@["c"] = sum(1);
	@["b"] = sum(3);
	@["a"] = sum(2);
	@["e"] = sum(-5);
	@["f"] = sum(0);
	exit(0);
}
