/* A translator of a kernel structure; pointers that are compatible will do. */
#pragma D option quiet

typedef struct tinfo { pid_t pid; string comm; uintptr_t addr; uint_t uid; } tinfo_t;
typedef struct task_struct kthread_t;
translator tinfo_t < struct task_struct *T > {
	pid = T->tgid; comm = T->comm; addr = (uintptr_t)T; uid = T->cred->uid.val;
};
inline tinfo_t *curtinfo = xlate <tinfo_t *> (curthread);

BEGIN
{
	self->p = curthread;
	printf("%d %d %d\n", curtinfo->pid == pid, curtinfo->comm == execname, curtinfo->uid == uid);
	printf("%d %d\n", xlate <tinfo_t> ((kthread_t *)self->p).pid == pid, xlate <tinfo_t *> (self->p)->addr == (uintptr_t)curthread);
	printf("%d\n", xlate <tinfo_t> (curthread->real_parent).pid == ppid);
	exit(0);
}
