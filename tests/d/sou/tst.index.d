/* An index beyond the array is a fault of the clause that uses it (DTRACEFLT_BADINDEX, and the index), read or written. */
#pragma D option quiet
int a[5];
self int b[3];
BEGIN { i = 5; a[4] = 1; a[i] = 2; }
BEGIN { printf("%d\n", a[i - 6]); }
BEGIN { printf("%d %d\n", a[i - 1], self->b[2]); }
BEGIN { self->b[i - 2] = 1; }
BEGIN { exit(0); }
ERROR { printf("fault %d, index %d\n", arg4, (int)arg5); }
