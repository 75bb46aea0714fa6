#pragma D option quiet

/* §23: zero at the start of each firing. */
this int n;
this string s;
tick-100hz
{
	this->n++;
	printf("%d [%s]\n", this->n, this->s);
	this->s = "old";
	i++;
}
tick-100hz
/i == 3/
{
	exit(0);
}
