syscall::nosuch*:entry
{
}
