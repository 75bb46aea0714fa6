struct no_such_struct_anywhere *p;
BEGIN
{
	y = p->member;
}
