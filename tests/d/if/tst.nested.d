#pragma D option quiet

int a, b;
BEGIN
{
	a = 1;
	b = 0;
	if (a) {
		if (b)
			printf("wrong\n");
		else
			printf("inner else\n");
	} else {
		printf("wrong\n");
	}
	if (a)
		if (b)
			printf("wrong\n");
		else
			printf("dangling else goes with the nearer if\n");
	if (!a) {
		printf("wrong\n");
	} else if (b) {
		printf("wrong\n");
	} else if (a == 1) {
		printf("chain\n");
	} else {
		printf("wrong\n");
	}
	exit(0);
}
