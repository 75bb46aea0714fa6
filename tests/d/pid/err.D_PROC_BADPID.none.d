/* A number that no process has: it is above the kernel's largest. */
pid4194305:libc::entry
{
}
