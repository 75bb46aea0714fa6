#pragma D option quiet

/* Comparisons of strings are scalars; strings themselves are not. */
BEGIN
/"abc" < "abd"/
{
	printf("less\n");
}
BEGIN
/probename == "BEGIN" && probeprov == "dtrace"/
{
	printf("%s %s\n", probeprov, probename);
}
BEGIN
/strlen(probefunc) == 0 && strlen(probemod) == 0/
{
	printf("empty\n");
	exit(0);
}
