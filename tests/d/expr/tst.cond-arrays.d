/* Two arrays of char as the branches of ?: are a string, as one and a string are. */

#pragma D option quiet

struct named {
	char a[8], b[16];
};

struct named n;

BEGIN
{
	printf("%d", strlen(stringof(curthread->comm)) > 0);
	printf("%d", sizeof(pid ? curthread->comm : curpsinfo->pr_fname) == sizeof(string));
	printf("%d", (pid ? curthread->comm : curpsinfo->pr_fname) == execname);
	printf("%S%s", pid ? n.a : n.b, pid ? "x" : n.a);
	exit(0);
}
