#pragma D option quiet

#pragma D option aggsortrev
BEGIN
{
	@["d"] = sum(3);
	@["c"] = sum(1);
	@["b"] = sum(3);
	@["a"] = sum(2);
	exit(0);
}
