#pragma D option quiet

#pragma D option defaultargs
BEGIN
{
	printf("%d [%s] %d\n", $1, $$2, strlen($$9));
	exit(0);
}
