int x;
BEGIN
{
	y = x->member;
}
