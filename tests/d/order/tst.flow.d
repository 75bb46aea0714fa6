/* -F, §11.1: probes that are neither entry nor return; several clauses of one firing. */
#pragma D option flowindent
BEGIN
{
	trace(1);
}
BEGIN
{
	trace("two");
	exit(0);
}
END
{
	printf("three");
}
