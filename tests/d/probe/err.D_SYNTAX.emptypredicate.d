BEGIN
//
{
}
