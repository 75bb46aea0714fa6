#pragma D option quiet

/* The first and the last bucket. */
int64_t least;
BEGIN
{
	least = -9223372036854775807 - 1;
	@a = quantize(9223372036854775807);
	@b = quantize(-9223372036854775807);
	@c = quantize(4611686018427387904);
	@d = quantize(4611686018427387903);
	exit(0);
}
