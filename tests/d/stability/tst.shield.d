/*
 * An inline with attributes of its own stands for what it is made of; so does a translator.
 */
#pragma D option quiet
#pragma D attributes Evolving/Evolving/Common mine
inline pid_t mine = curthread->tgid;

typedef struct info { int i_pid; } info_t;
translator info_t < int N > { i_pid = N + ((struct task_struct *)0 != NULL); };

BEGIN
{
	printf("%d %d\n", mine == $pid, xlate <info_t> (3).i_pid);
	exit(0);
}
