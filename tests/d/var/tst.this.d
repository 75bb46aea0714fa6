#pragma D option quiet

/* §5: shared by the clauses of one firing, in order. */
BEGIN
{
	this->a = 1;
	this->s = "text";
}
BEGIN
{
	this->a += 10;
	printf("%d %s\n", this->a, this->s);
	this->s = strjoin(this->s, "!");
}
BEGIN
/this->a == 11/
{
	printf("%s\n", this->s);
	exit(0);
}
