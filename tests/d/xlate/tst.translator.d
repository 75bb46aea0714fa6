#pragma D option quiet

/* §3: both forms of xlate; members are evaluated on use. */
struct info { int i_pid; string i_name; int i_double; };
typedef struct info info_t;
translator info_t < struct task_struct *T > {
	i_pid = T->pid;
	i_name = stringof(T->comm);
	i_double = T->pid * 2;
};
BEGIN
{
	printf("%d %s\n", xlate <info_t> (curthread).i_pid == tid, xlate <info_t> (curthread).i_name);
	printf("%d\n", xlate <info_t *> (curthread)->i_double == 2 * tid);
	exit(0);
}
