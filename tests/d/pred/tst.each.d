#pragma D option quiet

/* §2: a list of descriptions shares predicate and body; several clauses run in order. */
int n;
BEGIN, END
/n < 2/
{
	n++;
	printf("%s %d\n", probename, n);
}
BEGIN
{
	exit(0);
}
END
{
	printf("end %d\n", n);
}
