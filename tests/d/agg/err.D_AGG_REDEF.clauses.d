BEGIN
{
	@a = max(1);
}
BEGIN
{
	@a = min(1);
}
