BEGIN
{
	x = *(void *)8;
}
