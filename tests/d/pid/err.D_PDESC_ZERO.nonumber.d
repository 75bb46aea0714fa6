/* The number of a process belongs to the name. */
pid:libc:malloc:entry
{
}
