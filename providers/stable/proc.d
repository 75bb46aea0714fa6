/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/* Processes and threads: their beginnings and ends, exec, signals. */

#pragma D attributes Evolving/Evolving/ISA provider proc provider
#pragma D attributes Private/Private/Unknown provider proc module
#pragma D attributes Private/Private/Unknown provider proc function
#pragma D attributes Evolving/Evolving/ISA provider proc name
#pragma D attributes Evolving/Evolving/ISA provider proc args

provider proc {
	probe lwp__create(struct task_struct *T) : (lwpsinfo_t *T, psinfo_t *T);
	probe create(struct task_struct *T) : (psinfo_t *T);
	probe exec__success();
};

bind proc:::lwp-create = process rawtp:sched::sched_process_fork (args[1]);
bind proc:::create = process rawtp:sched::sched_process_fork /args[1]->tgid == args[1]->pid/ (args[1]);
bind proc:::exec-success = process rawtp:sched::sched_process_exec ();
