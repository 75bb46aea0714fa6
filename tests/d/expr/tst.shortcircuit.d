#pragma D option quiet

/* §4.2: && and || stop early, ^^ does not. */
int n;
BEGIN
{
	n = 0; x = 0 && ++n; printf("%d %d\n", x, n);
	n = 0; x = 1 && ++n; printf("%d %d\n", x, n);
	n = 0; x = 1 || ++n; printf("%d %d\n", x, n);
	n = 0; x = 0 || ++n; printf("%d %d\n", x, n);
	n = 0; x = 1 ^^ ++n; printf("%d %d\n", x, n);
	n = 0; x = ++n ^^ 0; printf("%d %d\n", x, n);
	n = 0; x = n && 1 / n; printf("%d %d\n", x, n);
	exit(0);
}
