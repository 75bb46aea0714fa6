#pragma D option quiet
#pragma D option strsize=4096

/* Scratch memory is that of a statement, but for what alloca() gave: a clause may be long. */
string s;
BEGIN
{
	this->p = (char *)alloca(8);
	this->p[0] = 'p';
	s = strjoin(strjoin("a", "b"), "c");
	s = strjoin(strjoin(s, "d"), "e");
	printf("%s\n", strjoin(toupper(s), "f"));
	if (strjoin(s, "x") == "abcdex")
		printf("%s\n", strjoin(tolower("YES"), "!"));
	this->q = (char *)alloca(8);
	this->q[0] = 'q';
	printf("%s %c%c\n", strjoin(substr(s, 1), "g"), this->p[0], this->q[0]);
	exit(0);
}
