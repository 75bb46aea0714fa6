this int x;
BEGIN
{
	y = &this->x;
}
