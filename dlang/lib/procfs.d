/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/* The proc and sched providers: constants, and what a process and a thread are. */

#pragma D depends_on library arch.d
#pragma D depends_on library regs.d

/* pr_flag of psinfo_t and lwpsinfo_t. */

inline int PR_STOPPED = 0x1;
inline int PR_ISTOP = 0x2;
inline int PR_DSTOP = 0x4;
inline int PR_STEP = 0x8;
inline int PR_ASLEEP = 0x10;
inline int PR_AGENT = 0x20;
inline int PR_DETACH = 0x40;
inline int PR_DAEMON = 0x80;
inline int PR_IDLE = 0x10000000;
inline int PR_ISSYS = 0x1000;
inline int PR_VFORKP = 0x2000;
inline int PR_ORPHAN = 0x4000;
inline int PR_NOSIGCHLD = 0x8000;
inline int PR_WAITPID = 0x10000;
inline int PR_FORK = 0x100000;
inline int PR_RLC = 0x200000;
inline int PR_KLC = 0x400000;
inline int PR_ASYNC = 0x800000;
inline int PR_MSACCT = 0x1000000;
inline int PR_BPTADJ = 0x2000000;
inline int PR_PTRACE = 0x4000000;
inline int PR_MSFORK = 0x8000000;

inline int PR_MODEL_UNKNOWN = 0;
inline int PR_MODEL_ILP32 = 1;
inline int PR_MODEL_LP64 = 2;

/* pr_state of lwpsinfo_t. */

inline char SSLEEP = 1;
inline char SRUN = 2;
inline char SZOMB = 3;
inline char SSTOP = 4;
inline char SIDL = 5;
inline char SONPROC = 6;
inline char SWAIT = 7;

/* pr_stype of lwpsinfo_t: what a thread sleeps on. */

inline char SOBJ_NONE = 0;
inline char SOBJ_MUTEX = 1;
inline char SOBJ_RWLOCK = 2;
inline char SOBJ_CV = 3;
inline char SOBJ_SEMA = 4;
inline char SOBJ_USER = 5;
inline char SOBJ_USER_PI = 6;
inline char SOBJ_SHUTTLE = 7;

typedef int taskid_t;
typedef int projid_t;
typedef int poolid_t;
typedef int zoneid_t;
typedef int ctid_t;

typedef struct timestruc {
	long tv_sec;
	long tv_nsec;
} timestruc_t;

translator timestruc_t < uint64_t N > {
	tv_sec = N / 1000000000;
	tv_nsec = N % 1000000000;
};

typedef struct lwpsinfo {
	int pr_flag;
	id_t pr_lwpid;
	uintptr_t pr_addr;
	uintptr_t pr_wchan;
	char pr_stype;
	char pr_state;
	char pr_sname;
	char pr_nice;
	short pr_syscall;
	char pr_oldpri;
	char pr_cpu;
	int pr_pri;
	ushort_t pr_pctcpu;
	timestruc_t pr_start;
	timestruc_t pr_time;
	char pr_clname[8];
	char pr_name[16];
	int pr_onpro;
	int pr_bindpro;
	int pr_bindpset;
	int pr_lgrp;
} lwpsinfo_t;

typedef struct psinfo {
	int pr_flag;
	int pr_nlwp;
	pid_t pr_pid;
	pid_t pr_ppid;
	pid_t pr_pgid;
	pid_t pr_sid;
	uint_t pr_uid;
	uint_t pr_euid;
	uint_t pr_gid;
	uint_t pr_egid;
	uintptr_t pr_addr;
	size_t pr_size;
	size_t pr_rssize;
	int pr_ttydev;
	ushort_t pr_pctcpu;
	ushort_t pr_pctmem;
	timestruc_t pr_start;
	timestruc_t pr_time;
	timestruc_t pr_ctime;
	char pr_fname[16];
	char pr_psargs[80];
	int pr_wstat;
	int pr_argc;
	uintptr_t pr_argv;
	uintptr_t pr_envp;
	char pr_dmodel;
	taskid_t pr_taskid;
	projid_t pr_projid;
	poolid_t pr_poolid;
	zoneid_t pr_zoneid;
	ctid_t pr_contract;
	lwpsinfo_t pr_lwp;
} psinfo_t;

/* Of struct task_struct: __state, exit_state and flags. */
inline int TASK_STATE_SLEEPS = 0x3;
inline int TASK_STATE_STOPPED = 0xc;
inline int TASK_STATE_NEW = 0x800;
inline int EXIT_STATE_GONE = 0x30;
inline int TASK_FLAG_KTHREAD = 0x200000;

inline char task_pr_state[struct task_struct *T] =
	T->exit_state & EXIT_STATE_GONE ? SZOMB :
	T->__state & TASK_STATE_STOPPED ? SSTOP :
	T->__state & TASK_STATE_NEW ? SIDL :
	T->__state & TASK_STATE_SLEEPS ? SSLEEP :
	T->on_cpu ? SONPROC : SRUN;

inline int task_word[struct task_struct *T] = T->thread_info.flags & TASK_FLAG_ILP32 ? 4 : 8;

inline char task_pr_sname[char state] =
	state == SSLEEP ? 'S' : state == SRUN ? 'R' : state == SZOMB ? 'Z' : state == SSTOP ? 'T' :
	state == SIDL ? 'I' : state == SONPROC ? 'O' : 'W';

translator lwpsinfo_t < struct task_struct *T > {
	pr_flag = (T->flags & TASK_FLAG_KTHREAD ? PR_ISSYS : 0) |
	    (T->__state & TASK_STATE_STOPPED ? PR_STOPPED : 0) |
	    (T->__state & TASK_STATE_SLEEPS ? PR_ASLEEP : 0) | (T->ptrace ? PR_PTRACE : 0);
	pr_lwpid = T->pid;
	pr_addr = (uintptr_t)T;
	pr_wchan = task_wchan(T);
	pr_stype = !(T->__state & TASK_STATE_SLEEPS) ? SOBJ_NONE : task_wchan(T) ? SOBJ_MUTEX : SOBJ_CV;
	pr_state = task_pr_state[T];
	pr_sname = task_pr_sname[task_pr_state[T]];
	pr_nice = T->static_prio - 120;
	pr_syscall = T == curthread ? (short)uregs[R_SYSCALL] : -1;
	pr_oldpri = 0;
	pr_cpu = 0;
	pr_pri = T->prio;
	pr_pctcpu = 0;
	pr_start = xlate <timestruc_t> ((uint64_t)(walltimestamp - timestamp + T->start_time));
	pr_time = xlate <timestruc_t> ((uint64_t)T->se.sum_exec_runtime);
	pr_clname = T->policy == 0 ? "TS" : T->policy == 3 ? "BATCH" : T->policy == 5 ? "IDLE" :
	    T->policy == 6 ? "DL" : T->policy == 7 ? "EXT" : "RT";
	pr_name = T->comm;
	pr_onpro = T->thread_info.cpu;
	pr_bindpro = T->nr_cpus_allowed == 1 ? T->thread_info.cpu : -1;
	pr_bindpset = -1;
	pr_lgrp = cpu_topology(T->thread_info.cpu, 1);
};

translator psinfo_t < struct task_struct *T > {
	pr_flag = T->flags & TASK_FLAG_KTHREAD ? PR_ISSYS : 0;
	pr_nlwp = T->signal->nr_threads;
	pr_pid = T->tgid;
	pr_ppid = T->real_parent->tgid;
	pr_pgid = T->signal->pids[2]->numbers[0].nr;
	pr_sid = T->signal->pids[3]->numbers[0].nr;
	pr_uid = T->cred->uid.val;
	pr_euid = T->cred->euid.val;
	pr_gid = T->cred->gid.val;
	pr_egid = T->cred->egid.val;
	pr_addr = (uintptr_t)T;
	pr_size = 0;
	pr_rssize = 0;
	pr_ttydev = T->signal->tty ? (T->signal->tty->driver->major << 20 |
	    (T->signal->tty->driver->minor_start + T->signal->tty->index)) : -1;
	pr_pctcpu = 0;
	pr_pctmem = 0;
	pr_start = xlate <timestruc_t> ((uint64_t)(walltimestamp - timestamp + T->group_leader->start_time));
	pr_time = xlate <timestruc_t> ((uint64_t)(T->signal->sum_sched_runtime + T->se.sum_exec_runtime));
	pr_ctime = xlate <timestruc_t> ((uint64_t)(T->signal->cutime + T->signal->cstime));
	pr_fname = T->comm;
	pr_psargs = substr(task_args(T), 0, 79);
	pr_wstat = T->exit_code;
	pr_argc = task_argc(T);
	pr_argv = T->mm == NULL ? 0 : T->mm->start_stack + task_word[T];
	pr_envp = task_argc(T) == 0 ? 0 : T->mm->start_stack + task_word[T] * (task_argc(T) + 2);
	pr_dmodel = task_word[T] == 4 ? PR_MODEL_ILP32 : PR_MODEL_LP64;
	pr_taskid = 0;
	pr_projid = 0;
	pr_poolid = 0;
	pr_zoneid = 0;
	pr_contract = 0;
	pr_lwp = xlate <lwpsinfo_t> (T);
};

inline psinfo_t *curpsinfo = xlate <psinfo_t *> (curthread);
inline lwpsinfo_t *curlwpsinfo = xlate <lwpsinfo_t *> (curthread);

/* What Linux has no notion of. */

inline string zonename = "global";
inline id_t projid = 0;
inline id_t taskid = 0;
inline int jid = 0;
inline string jailname = "0";

inline string execargs = task_args(curthread);
