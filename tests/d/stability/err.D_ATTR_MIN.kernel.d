/* curthread is Stable/Private/Common. */
BEGIN
{
	trace(timestamp);
	trace((uint64_t)curthread);
}
