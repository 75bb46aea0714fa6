#pragma D option quiet

/* Printed at the end in the order of their first appearance. */
BEGIN
{
	@b["x"] = count();
	@a["y"] = count();
	@c = count();
	@b["z"] = count();
	@b["x"] = count();
	exit(0);
}
