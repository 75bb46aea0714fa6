#pragma D option quiet

/* §5.4: assigning 0 empties a string. */
string g;
BEGIN
{
	g = "abc";
	g = NULL;
	printf("[%s] %d %d\n", g, g == NULL, g == "");
	this->s = strchr("abc", 'z');
	printf("%d\n", this->s == NULL);
	this->t = (string)NULL;
	printf("%d %d\n", this->t == NULL, stringof(0) == NULL);
	exit(0);
}
