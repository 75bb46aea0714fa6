int *p;
BEGIN
{
	y = p->member;
}
