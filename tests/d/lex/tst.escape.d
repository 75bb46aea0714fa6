#pragma D option quiet

BEGIN
{
	trace("\101\x42\103|");
	trace("a\tb\\c\"d|");
	trace("\a\b\f\v\r|\n");
	trace("\1018|\x4a4b|\n");
	trace("a\0b\n");
	trace("\n");
	printf("%d %d %d\n", strlen("a\0b"), strlen("\\"), strlen("\101\102"));
	printf("%d\n", strlen("\q"));
	exit(0);
}
