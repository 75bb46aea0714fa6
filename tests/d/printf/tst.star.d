#pragma D option quiet

int w;
BEGIN
{
	w = 6;
	printf("[%*d][%-*d]\n", w, 42, w, 42);
	printf("[%*d]\n", -6, 42);
	printf("[%*s][%.*s]\n", 5, "ab", 2, "abcd");
	printf("[%*.*d]\n", 8, 3, 7);
	w = -4;
	printf("[%*d]\n", w, 1);
	exit(0);
}
