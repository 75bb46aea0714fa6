#pragma D option quiet

int x;
BEGIN
{
	x = 5;
	if (x == 5)
		printf("a\n");
	if (x == 6)
		printf("wrong\n");
	if (x > 4) {
		printf("b\n");
		x = 1;
	} else {
		printf("wrong\n");
	}
	if (x > 4)
		printf("wrong\n");
	else
		printf("c\n");
	printf("%d\n", x);
	exit(0);
}
