#pragma D option quiet
#pragma D option nspec=2

/* §13: 1 to nspec, then 0; a number that was given up is given again; to finish one that is not active does nothing. */
BEGIN
{
	discard(2);
}
BEGIN
{
	this->a = speculation();
	this->b = speculation();
	printf("%d %d %d\n", this->a, this->b, speculation());
}
BEGIN
{
	commit(1);
}
BEGIN
{
	printf("%d %d\n", speculation(), speculation());
	exit(0);
}
