#pragma D option quiet

/* §9.2: keys and values in their columns. */
BEGIN
{
	@a[(char)1] = count();
	@b[(short)2] = count();
	@c[3] = count();
	@d[(int64_t)4] = count();
	@e["five"] = count();
	@f[(char)1, (short)2, 3, (int64_t)4, "five"] = sum(-7);
	@g[""] = count();
	@h["0123456789012345678901234567890123456789012345678901234567890"] = count();
	exit(0);
}
