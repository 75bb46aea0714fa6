#pragma D option quiet

/* §9.1: of histograms without a count are shown: quantize -1 to 1, lquantize the first three rows, llquantize two. */
BEGIN
{
	@q = quantize(5, 0);
	@l = lquantize(5, 0, 100, 10, 0);
	@ll = llquantize(5, 10, 0, 2, 10, 0);
	exit(0);
}
