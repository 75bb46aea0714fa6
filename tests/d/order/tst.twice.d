#pragma D option quiet

/* A probe that a clause names twice fires it twice: k descriptions are k clauses (§2). */
BEGIN, BEGIN, :::BEGIN
{
	n++;
}
BEGIN
{
	printf("%d\n", n);
	exit(0);
}
