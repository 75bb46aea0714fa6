/* §2.1: patterns are anchored at both ends. */
syscall::rea:entry
{
}
