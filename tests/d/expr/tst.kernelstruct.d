#pragma D option quiet

/* Embedded structures, arrays, pointers to pointers, in expressions of every sort. */
BEGIN
{
	t = curthread;
	printf("%d %d\n", t->pid == tid, t->group_leader->pid == pid);
	printf("%d\n", t->se.sum_exec_runtime >= 0 && sizeof (t->se.sum_exec_runtime) == 8);
	printf("%d\n", sizeof (t->comm));
	printf("%d\n", *(int *)((uint64_t)t + offsetof(struct task_struct, pid)) == t->pid);
	printf("%d\n", *(&t->pid) == tid);
	printf("%d\n", (&t->comm[0])[1] == t->comm[1]);
	printf("%c%c\n", *t->comm, *(t->comm + 1));
	printf("%d\n", t->real_parent->pid == t->parent->pid ? t->parent->pid == ppid : 0);
	printf("%d\n", &t->se == (struct sched_entity *)((char *)t + offsetof(struct task_struct, se)));
	x[t->pid] = t;
	printf("%d\n", x[tid]->pid == tid);
	printf("%d\n", (t->flags & 0x00200000) != 0);
	exit(0);
}
