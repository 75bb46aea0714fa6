nosuch
{
}
