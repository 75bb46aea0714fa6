BEGIN, syscall::nosuch:entry
{
}
