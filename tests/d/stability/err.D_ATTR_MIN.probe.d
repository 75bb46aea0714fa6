/* Names of system calls have a Private module. */
syscall::getppid:entry
{
	trace(1);
}
