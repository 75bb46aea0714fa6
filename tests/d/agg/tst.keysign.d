#pragma D option quiet

/* Negative keys, and keys that differ only in one component. */
BEGIN
{
	@[-1] = count();
	@[-1] = count();
	@[1] = count();
	@k[1, 2] = count();
	@k[2, 1] = count();
	@k[2, 1] = count();
	exit(0);
}
