#pragma D option quiet

/* Beginning with the second key; the first one comes after it. */
#pragma D option aggsortkey
#pragma D option aggsortkeypos=1
BEGIN
{
	@[1, 30] = sum(1);
	@[2, 20] = sum(2);
	@[3, 30] = sum(3);
	@[4, 10] = sum(4);
	exit(0);
}
