/* §2.1: case matters. */
syscall::READ:entry
{
}
