/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/*
 * The sched provider: who gets a CPU, who loses it and why. At a switch current is still the thread that leaves (prev),
 * args[2] is the one that comes; sched_exit_tp is the end of the scheduler, as the thread that goes on.
 */

#pragma D attributes Evolving/Evolving/ISA provider sched provider
#pragma D attributes Private/Private/Unknown provider sched module
#pragma D attributes Private/Private/Unknown provider sched function
#pragma D attributes Evolving/Evolving/ISA provider sched name
#pragma D attributes Evolving/Evolving/ISA provider sched args

typedef int pri_t;

provider sched {
	probe change__pri(struct task_struct *T, pri_t new) : (lwpsinfo_t *T, psinfo_t *T, pri_t new);
	probe dequeue(struct task_struct *T, int cpu) : (lwpsinfo_t *T, psinfo_t *T, cpuinfo_t *cpu);
	probe enqueue(struct task_struct *T, int cpu, int front) :
	    (lwpsinfo_t *T, psinfo_t *T, cpuinfo_t *cpu, int front);
	probe off__cpu(struct task_struct *next) : (lwpsinfo_t *next, psinfo_t *next);
	probe on__cpu();
	probe preempt();
	probe remain__cpu();
	probe sleep();
	probe surrender(struct task_struct *T) : (lwpsinfo_t *T, psinfo_t *T);
	probe tick(struct task_struct *T) : (lwpsinfo_t *T, psinfo_t *T);
	probe wakeup(struct task_struct *T) : (lwpsinfo_t *T, psinfo_t *T);
	probe cpucaps__sleep(struct task_struct *T) : (lwpsinfo_t *T, psinfo_t *T);
	probe cpucaps__wakeup(struct task_struct *T) : (lwpsinfo_t *T, psinfo_t *T);
	probe schedctl__nopreempt(struct task_struct *T) : (lwpsinfo_t *T, psinfo_t *T);
	probe schedctl__preempt(struct task_struct *T) : (lwpsinfo_t *T, psinfo_t *T);
	probe schedctl__yield(struct task_struct *T) : (lwpsinfo_t *T, psinfo_t *T);
};

/* ---- switches ---- */

/* Who yields is not preempted, though he stays runnable as those do who are. */
syscall::sched_yield:entry { self->yields = 1; }
syscall::sched_yield:return { self->yields = 0; }

/* prev_state: 0 runnable, 1 and 2 asleep, 0x1000 waiting for a lock (PREEMPT_RT); pid 0 is the idle thread. */
bind sched:::sleep = process rawtp:::sched_switch /!args[0] && args[3] & 0x1003/ ();
bind sched:::preempt = process rawtp:::sched_switch
	/(args[0] || args[3] == 0) && args[1]->pid != 0 && !self->yields/ ();
bind sched:::enqueue = approximate "queues are seen by wakeups and switches, not by moves between CPUs"
	rawtp:::sched_switch /args[3] == 0 && args[1]->pid != 0/ (args[1], cpu, 0);
bind sched:::dequeue = approximate "queues are seen by wakeups and switches, not by moves between CPUs"
	rawtp:::sched_switch /args[2]->pid != 0/ (args[2], cpu);
bind sched:::off-cpu = process rawtp:::sched_switch (args[2]);

/* Before there was sched_exit_tp, in the place of the thread that leaves. */
bind sched:::on-cpu = process rawtp:::sched_exit_tp /args[0]/ () |
	approximate "stack() and ustack() are of the thread that leaves" current (args[2]) rawtp:::sched_switch ();
bind sched:::remain-cpu = process rawtp:::sched_exit_tp /!args[0]/ ();

/* ---- wakeups ---- */

bind sched:::wakeup = rawtp:::sched_waking (args[0]);
bind sched:::enqueue = approximate "queues are seen by wakeups and switches, not by moves between CPUs"
	rawtp:::sched_wakeup, rawtp:::sched_wakeup_new (args[0], args[0]->thread_info.cpu, 0);

/* Another CPU is told to look for something better to do; T is what it runs. */
bind sched:::surrender = approximate "a wakeup that the other CPU is asked to do itself, because it shares no cache with this one, is not seen"
	rawtp:::sched_set_need_resched_tp /args[1] != cpu/ (args[0]) |
	approximate "a wakeup that the other CPU is asked to do itself, because it shares no cache with this one, is not seen"
	fbt::resched_curr:entry /args[0]->cpu != cpu/ (args[0]->curr);

/* ---- the clock ---- */

/* The timer of the tick, under its names of before and after Linux 6.9. */
bind sched:::tick =
	process rawtp:::hrtimer_expire_entry /args[0]->function == &`tick_nohz_handler && curthread->pid != 0/ (curthread) |
	process rawtp:::hrtimer_expire_entry /args[0]->function == &`tick_sched_timer && curthread->pid != 0/ (curthread);

/* ---- priorities ---- */

/* Priorities are the kernel's: lower is better, 0 to 99 real-time, 120 plus the nice value for others. */
bind sched:::change-pri = rawtp:::sched_pi_setprio
	(args[0], args[1] != NULL ? args[1]->prio : args[0]->normal_prio);
bind sched:::change-pri = fbt::set_user_nice:entry (args[0], 120 + (int)args[1]) |
	approximate "a thread that changes another's priority is not seen, and a call that fails is"
	syscall::setpriority:entry /arg0 == 0 && (arg1 == 0 || arg1 == tid)/ (curthread, 120 + (int)arg2);

/* Policies: FIFO 1, RR 2, DEADLINE 6; struct sched_attr has the policy at 4, nice at 16, the priority at 20. */
inline int sched_pri[uint32_t policy, int priority, int otherwise] =
	(policy & 0xff) == 1 || (policy & 0xff) == 2 ? 99 - priority : (policy & 0xff) == 6 ? -1 : otherwise;
inline int sched_in[uintptr_t address] = *(int *)copyin(address, 4);

bind sched:::change-pri = approximate "a thread that changes another's priority is not seen, and a call that fails is"
	syscall::sched_setscheduler:entry /arg0 == 0 || arg0 == tid/
	(curthread, sched_pri[(uint32_t)arg1, sched_in[arg2], curthread->static_prio]);
bind sched:::change-pri = approximate "a thread that changes another's priority is not seen, and a call that fails is"
	syscall::sched_setparam:entry /arg0 == 0 || arg0 == tid/
	(curthread, sched_pri[curthread->policy, sched_in[arg1], curthread->static_prio]);
bind sched:::change-pri = approximate "a thread that changes another's priority is not seen, and a call that fails is"
	syscall::sched_setattr:entry /arg0 == 0 || arg0 == tid/
	(curthread, sched_pri[(uint32_t)sched_in[arg1 + 4], sched_in[arg1 + 20], 120 + sched_in[arg1 + 16]]);

bind sched:::cpucaps-sleep = none "Linux has no CPU caps; cpu.max of a cgroup takes the CPU away without a sleep";
bind sched:::cpucaps-wakeup = none "Linux has no CPU caps; cpu.max of a cgroup takes the CPU away without a sleep";
bind sched:::schedctl-nopreempt = none "Linux has no schedctl";
bind sched:::schedctl-preempt = none "Linux has no schedctl";
bind sched:::schedctl-yield = none "Linux has no schedctl";

alias sched:unix::on-cpu, sched::resume:on-cpu = sched:::on-cpu;
alias sched:unix::off-cpu, sched::resume:off-cpu = sched:::off-cpu;
alias sched:unix::remain-cpu, sched:genunix::remain-cpu = sched:::remain-cpu;
alias sched:unix::enqueue, sched::setbackdq:enqueue, sched::setfrontdq:enqueue = sched:::enqueue;
alias sched:unix::dequeue, sched::disp:dequeue, sched::dispdeq:dequeue = sched:::dequeue;
alias sched:unix::preempt, sched::preempt:preempt = sched:::preempt;
alias sched:unix::surrender, sched::cpu_surrender:surrender = sched:::surrender;
alias sched:genunix::sleep, sched::cv_block:sleep = sched:::sleep;
alias sched:genunix::wakeup, sched::cv_unsleep:wakeup = sched:::wakeup;
alias sched:genunix::tick, sched::clock_tick:tick = sched:::tick;
alias sched:genunix::change-pri, sched::thread_change_pri:change-pri = sched:::change-pri;
