#pragma D option quiet

/* §2: the branches share this-> with the rest of the clause. */
BEGIN
{
	this->n = 3;
	if (this->n == 3) {
		this->n = 10;
		this->s = "set";
	} else {
		this->s = "not";
	}
	printf("%d %s\n", this->n, this->s);
}
BEGIN
{
	if (this->n > 5)
		this->n--;
	printf("%d\n", this->n);
	exit(0);
}
