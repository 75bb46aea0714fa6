#pragma D option quiet

BEGIN
{
	printf("ready\n");
}
rawtp:::sched_process_fork
/pid == $1/
{
	@[probemod, stringof(args[0]->comm), args[1]->tgid == args[1]->pid, args[1]->parent->pid == pid] = count();
}
rawtp:::sched_process_exit
/ppid == $1/
{
	@code[args[0]->exit_code >> 8] = count();
}
syscall::exit_group:entry
/pid == $1/
{
	printa("%s %s %d %d %@d\n", @);
	printa("%d %@d\n", @code);
	exit(0);
}
