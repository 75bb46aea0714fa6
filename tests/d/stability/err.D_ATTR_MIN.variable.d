/* A variable with stated attributes. */
#pragma D attributes Unstable/Unstable/Common x
int x;

BEGIN
{
	trace(x);
}
