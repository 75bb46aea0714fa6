BEGIN
/!nosuch/
{
}
