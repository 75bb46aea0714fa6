#pragma D option quiet

/* The built-in variables against each other and against the kernel's own structures. */
BEGIN
{
	printf("ready\n");
}
syscall::getppid:entry
/pid == $1/
{
	printf("%s %d %d\n", execname, tid == pid, pid == $1);
	printf("%d %d %d\n", curthread->pid == tid, curthread->tgid == pid, curthread->real_parent->tgid == ppid);
	printf("%d %d\n", curthread->cred->uid.val == uid, curthread->cred->gid.val == gid);
	printf("%d %d\n", uid, gid);
	printf("%d %s\n", curthread->group_leader->pid == pid, stringof(curthread->group_leader->comm));
	printf("%d %c%c\n", curthread->comm == execname, curthread->comm[0], curthread->comm[6]);
	printf("%d %d\n", cpu >= 0 && cpu < 4096, id > 3);
	printf("%d\n", curthread->mm != NULL && curthread->mm == curthread->active_mm);
	printf("%d\n", ((struct task_struct *)(uint64_t)curthread)->pid == tid);
	printf("%d\n", (&curthread->comm[1])[1] == 'i');
}
syscall::exit_group:entry
/pid == $1/
{
	exit(0);
}
