#pragma D option quiet

/* §3: the types of a module. */
struct vmlinux`task_struct *p;
BEGIN
{
	p = curthread;
	printf("%d %d\n", p->tgid == pid, ((struct vmlinux`task_struct *)curthread)->tgid == pid);
	exit(0);
}
