#pragma D option quiet

/* Arguments as BTF has them: structures are followed like any other. */
BEGIN
{
	printf("ready\n");
}
rawtp:::sched_process_exec
/ppid == $1/
{
	printf("%d %d %s\n", args[0]->tgid == pid, args[0]->real_parent->tgid == $1, stringof(args[0]->comm));
	printf("%d %s\n", args[1] == args[0]->pid, stringof(args[2]->filename));
	printf("%d %d\n", (uint64_t)args[0] == arg0, (uint64_t)args[2] == arg2);
	printf("%d\n", args[0] == curthread);
}
syscall::exit_group:entry
/pid == $1/
{
	exit(0);
}
