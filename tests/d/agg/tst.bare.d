#pragma D option quiet

/* §1: @ is the aggregation named _. */
BEGIN
{
	@ = sum(3);
	@_ = sum(4);
	printa("%@d\n", @_);
	exit(0);
}
