#pragma D option quiet

/* A later pragma wins. */
#pragma D option quiet=no
BEGIN
{
	trace(1);
	exit(0);
}
