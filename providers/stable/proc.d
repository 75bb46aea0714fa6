/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/*
 * The proc provider: beginnings and ends of processes and threads, exec, signals. The order of
 * the bindings is that of the probes which one event of the kernel makes fire.
 */

#pragma D attributes Evolving/Evolving/ISA provider proc provider
#pragma D attributes Private/Private/Unknown provider proc module
#pragma D attributes Private/Private/Unknown provider proc function
#pragma D attributes Evolving/Evolving/ISA provider proc name
#pragma D attributes Evolving/Evolving/ISA provider proc args

/* What a signal comes with. As in siginfo_t, which of the last four it has depends on the signal. */
typedef struct signalinfo {
	int si_signo;
	int si_errno;
	int si_code;
	void *si_addr;
	pid_t si_pid;
	uid_t si_uid;
	int si_status;
} signalinfo_t;

translator signalinfo_t < struct kernel_siginfo *I > {
	si_signo = I->si_signo;
	si_errno = I->si_errno;
	si_code = I->si_code;
	si_addr = I->_sifields._sigfault._addr;
	si_pid = I->_sifields._kill._pid;
	si_uid = I->_sifields._kill._uid;
	si_status = I->_sifields._sigchld._status;
};

provider proc {
	probe create(struct task_struct *T) : (psinfo_t *T);
	probe exec(string path);
	probe exec__failure(int error);
	probe exec__success();
	probe exit(int reason);
	probe fault(int code, struct kernel_siginfo *I) : (int code, signalinfo_t *I);
	probe lwp__create(struct task_struct *T) : (lwpsinfo_t *T, psinfo_t *T);
	probe lwp__exit();
	probe lwp__start();
	probe signal__clear(int sig);
	probe signal__discard(struct task_struct *T, int sig) : (lwpsinfo_t *T, psinfo_t *T, int sig);
	probe signal__handle(int sig, struct kernel_siginfo *I, uintptr_t handler) :
		(int sig, signalinfo_t *I, uintptr_t handler);
	probe signal__send(struct task_struct *T, int sig) : (lwpsinfo_t *T, psinfo_t *T, int sig);
	probe start();
};

/* ---- beginnings ---- */

bind proc:::lwp-create = process rawtp:::sched_process_fork (args[1]);
bind proc:::create = process rawtp:::sched_process_fork /args[1]->tgid == args[1]->pid/ (args[1]);

/* The child returns from its parent's system call; kernel threads never do. */
bind proc:::start = syscall::fork:return, syscall::vfork:return, syscall::clone:return, syscall::clone3:return
	/arg0 == 0 && pid == tid/ ();
bind proc:::lwp-start = syscall::fork:return, syscall::vfork:return, syscall::clone:return, syscall::clone3:return
	/arg0 == 0/ ();

/* ---- exec ---- */

bind proc:::exec = syscall::execve:entry (copyinstr(arg0));
bind proc:::exec = syscall::execveat:entry (copyinstr(arg1));
bind proc:::exec-success = process rawtp:::sched_process_exec ();
bind proc:::exec-failure = syscall::execve:return, syscall::execveat:return /errno != 0/ (errno);

/* ---- ends ---- */

bind proc:::lwp-exit = process rawtp:::sched_process_exit ();
bind proc:::exit = process rawtp:::sched_process_exit /args[0]->signal->live.counter == 0/
	(args[0]->signal->group_exit_code & 0x80 ? CLD_DUMPED :
	 args[0]->signal->group_exit_code & 0x7f ? CLD_KILLED :
	 args[0]->exit_code & 0x80 ? CLD_DUMPED : args[0]->exit_code & 0x7f ? CLD_KILLED : CLD_EXITED);

/* ---- signals ---- */

/* FLTPRIV 2, FLTILL 1; FLTTRACE 4, FLTBPT 3; FLTBOUNDS 6, FLTACCESS 5; FLTIZDIV 8, FLTIOVF 7, FLTFPE 9 */
inline int proc_fault_code[int sig, int code] =
	sig == SIGILL ? (code == 5 || code == 6 ? 2 : 1) :
	sig == SIGTRAP ? (code == 2 ? 4 : 3) :
	sig == SIGSEGV ? (code == 1 ? 6 : 5) :
	sig == SIGFPE ? (code == 1 ? 8 : code == 2 ? 7 : 9) :
	sig == SIGBUS ? 5 : 0;

/* Of a fault the kernel says why (si_code), and the signal goes to who made it. Not every signal
   has an information: the pointer is then 0 or 1. */
bind proc:::fault = process rawtp:::signal_generate
	/args[2] == curthread && (uintptr_t)args[1] > 1 &&
	 (args[0] == SIGSEGV || args[0] == SIGBUS || args[0] == SIGFPE || args[0] == SIGILL ||
	  args[0] == SIGTRAP) && args[1]->si_code > 0/
	(proc_fault_code[args[0], args[1]->si_code], args[1]);

/* The result: 0 queued, 1 ignored, 2 already pending, 3 and 4 lost for want of memory. */
bind proc:::signal-send = rawtp:::signal_generate /args[4] == 0 || args[4] == 2/ (args[2], args[0]);
bind proc:::signal-discard = rawtp:::signal_generate /args[4] == 1/ (args[2], args[0]);

/* SIG_DFL and SIG_IGN are no handlers. */
bind proc:::signal-handle = process rawtp:::signal_deliver
	/(uintptr_t)args[2]->sa.sa_handler > 1/
	(args[0], args[1], (uintptr_t)args[2]->sa.sa_handler);

/* What reads a signalfd takes signals, too; that is not told. */
bind proc:::signal-clear = approximate "signals that are read from a signalfd are not seen"
	syscall::rt_sigtimedwait:return /errno == 0 && arg0 > 0/ (arg0);

alias proc:genunix::create, proc::cfork:create = proc:::create;
alias proc:genunix::exec, proc::exec_common:exec = proc:::exec;
alias proc:genunix::exec-success, proc::exec_common:exec-success = proc:::exec-success;
alias proc:genunix::exec-failure, proc::exec_common:exec-failure = proc:::exec-failure;
alias proc:genunix::exit, proc::proc_exit:exit = proc:::exit;
alias proc:unix::fault, proc::trap:fault = proc:::fault;
alias proc:genunix::lwp-create, proc::lwp_create:lwp-create = proc:::lwp-create;
alias proc:genunix::lwp-exit, proc::lwp_exit:lwp-exit, proc::proc_exit:lwp-exit = proc:::lwp-exit;
alias proc:unix::lwp-start, proc::lwp_rtt_initial:lwp-start = proc:::lwp-start;
alias proc:genunix::signal-clear, proc::sigtimedwait:signal-clear = proc:::signal-clear;
alias proc:genunix::signal-discard, proc::sigtoproc:signal-discard = proc:::signal-discard;
alias proc:genunix::signal-handle, proc::psig:signal-handle = proc:::signal-handle;
alias proc:genunix::signal-send, proc::sigtoproc:signal-send = proc:::signal-send;
alias proc:unix::start, proc::lwp_rtt_initial:start = proc:::start;
