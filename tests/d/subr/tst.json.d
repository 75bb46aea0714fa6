#pragma D option quiet

BEGIN
{
	this->s = "{\"a\":{\"b\":[1,{\"c\":\"x\"}]}, \"n\":null}";
	printf("%s %s %s\n", json(this->s, "a.b[1].c"), json(this->s, "a.b[0]"), json(this->s, "a.b"));
	printf("%s %d [%s]\n", json(this->s, "n"), json(this->s, "a.x") == NULL, json(this->s, "z"));
	exit(0);
}
