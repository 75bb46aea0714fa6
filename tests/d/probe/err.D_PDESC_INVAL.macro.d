syscall::$nosuch:entry
{
}
