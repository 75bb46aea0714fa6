#pragma D option quiet

BEGIN
{
	s = "/usr/lib/libfoo.so.1";
	printf("%s\n", toupper(substr(basename(s), 3, index(basename(s), ".") - 3)));
	printf("%s\n", strjoin(dirname(dirname(s)), strjoin("/", basename(dirname(s)))));
	printf("%s\n", lltostr(strlen(strjoin(s, lltostr(12345)))));
	exit(0);
}
