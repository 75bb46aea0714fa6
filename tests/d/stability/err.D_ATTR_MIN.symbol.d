/* Kernel symbols are Private/Private/Unknown. */
BEGIN
{
	trace(&`vfs_read);
}
