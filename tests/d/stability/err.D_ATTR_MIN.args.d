/* args[] of tracepoints are Private. */
rawtp:::sched_switch
{
	trace(args[0]);
}
