syscall::read:entry
{
	i = 1;
	trace(args[i]);
}
