#pragma D option quiet

int n;
/* §11.5: BEGIN first, END last, in between by time. */
tick-500hz
/n < 5/
{
	n++;
	printf("tick %d\n", n);
}
tick-500hz
/n == 5/
{
	exit(0);
}
END
{
	printf("end\n");
}
BEGIN
{
	n = 0;
	printf("begin\n");
}
