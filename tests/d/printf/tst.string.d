#pragma D option quiet

string s;
BEGIN
{
	s = "text";
	printf("%s|%s|%s|%s\n", s, "", "literal", strjoin(s, "!"));
	printf("%S|%S\n", "tab\there", "quote\"back\\slash");
	printf("%S\n", "line\nend");
	printf("%s %s\n", execname, probename);
	printf("%s\n", curthread->comm);
	exit(0);
}
