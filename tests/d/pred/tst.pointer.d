#pragma D option quiet

self int unset;
BEGIN
/curthread/
{
	printf("pointer\n");
}
BEGIN
/curthread == NULL/
{
	printf("wrong\n");
}
BEGIN
/self->unset || (this->n = 0)/
{
	printf("wrong\n");
}
BEGIN
{
	exit(0);
}
