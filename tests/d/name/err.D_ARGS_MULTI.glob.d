rawtp:sched::
{
	trace(args[1]);
}
