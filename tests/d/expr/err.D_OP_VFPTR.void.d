BEGIN
{
	p = (void *)8;
	q = p + 1;
}
