/* So are the kernel's types. */
BEGIN
{
	trace(((struct task_struct *)arg0)->pid);
}
