#pragma D option quiet

/* §1: type int, several characters with the first one most significant. */
BEGIN
{
	printf("%d %d %d %d\n", 'a', '0', ' ', '~');
	printf("%x %x %x\n", 'ab', 'abc', 'abcd');
	printf("%d %d %d %d %d\n", '\n', '\t', '\\', '\'', '"');
	printf("%d %d %d\n", '\0', '\101', '\x41');
	printf("%d\n", sizeof ('a'));
	exit(0);
}
