#pragma D option quiet

/* Keys compare as unsigned integers: -1 comes last. */
#pragma D option aggsortkey
BEGIN
{
	@[3] = sum(1);
	@[-1] = sum(2);
	@[10] = sum(3);
	@[2] = sum(4);
	@s["b"] = sum(1);
	@s["B"] = sum(2);
	@s["a"] = sum(3);
	@s["ab"] = sum(0);
	exit(0);
}
