#pragma D option quiet

BEGIN
{
	printf("%s|%s\n", tolower("ABC xyz 09 @[`{ Zz"), toupper("ABC xyz 09 @[`{ Zz"));
	printf("%s|%s|\n", tolower(""), toupper(""));
	printf("%d\n", toupper("\344") == "\344");
	exit(0);
}
