#pragma D option quiet

BEGIN
{
	printf("%s", strtok("a,b;;c", ",;"));
	printf(" %s", strtok(NULL, ",;"));
	printf(" %s", strtok(NULL, ";"));
	printf(" %d\n", strtok(NULL, ",") == NULL);
	printf("%d\n", strtok("", ",") == NULL);
	exit(0);
}
