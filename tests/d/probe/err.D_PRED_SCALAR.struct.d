BEGIN
/curthread->se/
{
}
