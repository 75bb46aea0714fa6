#pragma D option quiet

/* §2.1: in a field a macro is text, alone or beside other text. */
dtrace:::$1
{
	printf("%s\n", probename);
}
syscall::get$2:$$3
{
}
$4:::BEGIN
{
	printf("%s\n", probeprov);
	exit(0);
}
