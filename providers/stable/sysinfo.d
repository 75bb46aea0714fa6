/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/*
 * The sysinfo provider: what the system counts. arg0 is by how much. Linux keeps no such
 * counters that arg1 could point to, so it is 0.
 */

#pragma D attributes Evolving/Evolving/ISA provider sysinfo provider
#pragma D attributes Private/Private/Unknown provider sysinfo module
#pragma D attributes Private/Private/Unknown provider sysinfo function
#pragma D attributes Evolving/Evolving/ISA provider sysinfo name
#pragma D attributes Private/Private/ISA provider sysinfo args

provider sysinfo {
	probe bawrite(uint64_t n);
	probe bread(uint64_t n);
	probe bwrite(uint64_t n);
	probe idlethread(uint64_t n);
	probe intrblk(uint64_t n);
	probe inv_swtch(uint64_t n);
	probe lread(uint64_t n);
	probe lwrite(uint64_t n);
	probe modload(uint64_t n);
	probe modunload(uint64_t n);
	probe msg(uint64_t n);
	probe mutex_adenters(uint64_t n);
	probe namei(uint64_t n);
	probe nthreads(uint64_t n);
	probe phread(uint64_t n);
	probe phwrite(uint64_t n);
	probe procovf(uint64_t n);
	probe pswitch(uint64_t n);
	probe readch(uint64_t bytes);
	probe rw_rdfails(uint64_t n);
	probe rw_wrfails(uint64_t n);
	probe sema(uint64_t n);
	probe sysexec(uint64_t n);
	probe sysfork(uint64_t n);
	probe sysread(uint64_t n);
	probe sysvfork(uint64_t n);
	probe syswrite(uint64_t n);
	probe trap(uint64_t n);
	probe ufsdirblk(uint64_t n);
	probe ufsiget(uint64_t n);
	probe ufsinopage(uint64_t n);
	probe ufsipage(uint64_t n);
	probe writech(uint64_t bytes);
	probe xcalls(uint64_t n);
};

/* ---- system calls ---- */

bind sysinfo:::sysread = syscall::read:entry, syscall::readv:entry, syscall::pread64:entry,
	syscall::preadv:entry, syscall::preadv2:entry (1);
bind sysinfo:::syswrite = syscall::write:entry, syscall::writev:entry, syscall::pwrite64:entry,
	syscall::pwritev:entry, syscall::pwritev2:entry (1);
bind sysinfo:::readch = syscall::read:return, syscall::readv:return, syscall::pread64:return,
	syscall::preadv:return, syscall::preadv2:return /arg0 > 0/ (arg0);
bind sysinfo:::writech = syscall::write:return, syscall::writev:return, syscall::pwrite64:return,
	syscall::pwritev:return, syscall::pwritev2:return /arg0 > 0/ (arg0);
bind sysinfo:::sysexec = syscall::execve:entry, syscall::execveat:entry (1);
bind sysinfo:::msg = syscall::msgsnd:entry, syscall::msgrcv:entry (1);
bind sysinfo:::sema = syscall::semop:entry, syscall::semtimedop:entry (1);
bind sysinfo:::procovf = syscall::fork:return, syscall::vfork:return, syscall::clone:return,
	syscall::clone3:return /errno == EAGAIN/ (1);
bind sysinfo:::namei = approximate "system calls with a path are counted, not what the kernel looks up for itself"
	syscall::open:entry, syscall::openat:entry, syscall::openat2:entry, syscall::creat:entry,
	syscall::stat:entry, syscall::lstat:entry, syscall::newfstatat:entry, syscall::statx:entry,
	syscall::statfs:entry, syscall::access:entry, syscall::faccessat:entry, syscall::faccessat2:entry,
	syscall::readlink:entry, syscall::readlinkat:entry, syscall::mkdir:entry, syscall::mkdirat:entry,
	syscall::mknod:entry, syscall::mknodat:entry, syscall::rmdir:entry, syscall::unlink:entry,
	syscall::unlinkat:entry, syscall::rename:entry, syscall::renameat:entry, syscall::renameat2:entry,
	syscall::link:entry, syscall::linkat:entry, syscall::symlink:entry, syscall::symlinkat:entry,
	syscall::chmod:entry, syscall::fchmodat:entry, syscall::chown:entry, syscall::lchown:entry,
	syscall::fchownat:entry, syscall::truncate:entry, syscall::utimensat:entry, syscall::chdir:entry,
	syscall::chroot:entry, syscall::execve:entry, syscall::execveat:entry, syscall::getxattr:entry,
	syscall::lgetxattr:entry, syscall::inotify_add_watch:entry (1);

/* Past the page cache, O_DIRECT, of a device. */
inline int sysinfo_is_raw[struct file *F] = F == NULL ? 0 :
	(F->f_flags & O_DIRECT) && (F->f_inode->i_mode & 0170000) == 0060000;

bind sysinfo:::phread = approximate "by system calls; those of io_uring and aio are not seen"
	syscall::read:entry, syscall::readv:entry, syscall::pread64:entry, syscall::preadv:entry, syscall::preadv2:entry
	/sysinfo_is_raw[getf((int)arg0)]/ (1);
bind sysinfo:::phwrite = approximate "by system calls; those of io_uring and aio are not seen"
	syscall::write:entry, syscall::writev:entry, syscall::pwrite64:entry, syscall::pwritev:entry, syscall::pwritev2:entry
	/sysinfo_is_raw[getf((int)arg0)]/ (1);

/* ---- processes and switches ---- */

/* CLONE_THREAD 0x10000, CLONE_VFORK 0x4000, PF_KTHREAD 0x200000 */
bind sysinfo:::sysfork = process rawtp:::task_newtask
	/!(args[1] & 0x14000) && !(args[0]->flags & 0x200000)/ (1);
bind sysinfo:::sysvfork = process rawtp:::task_newtask
	/(args[1] & 0x14000) == 0x4000 && !(args[0]->flags & 0x200000)/ (1);
bind sysinfo:::nthreads = rawtp:::task_newtask /args[0]->flags & 0x200000/ (1);

/* As the kernel counts nonvoluntary_ctxt_switches: a thread that could have gone on, also after sched_yield(). */
bind sysinfo:::pswitch = process rawtp:::sched_switch (1);
bind sysinfo:::inv_swtch = process rawtp:::sched_switch
	/(args[0] || args[3] == 0) && args[1]->pid != 0/ (1);
bind sysinfo:::idlethread = rawtp:::sched_switch /args[2]->pid == 0/ (1);
bind sysinfo:::intrblk = none "threads of interrupts do not block on Linux";
bind sysinfo:::trap = process approximate "of the traps, only page faults are told by the kernel"
	rawtp:::page_fault_user, rawtp:::page_fault_kernel (1);
bind sysinfo:::xcalls = rawtp:::ipi_send_cpu (1);
bind sysinfo:::xcalls = rawtp:::ipi_send_cpumask (1);
bind sysinfo:::modload = process rawtp:::module_load (1);
bind sysinfo:::modunload = process rawtp:::module_free (1);

/* ---- locks: LCB_F_SPIN 1, LCB_F_READ 2, LCB_F_WRITE 4, LCB_F_PERCPU 16, LCB_F_MUTEX 32 ---- */

/* Each contended mutex begins with both flags, and again without LCB_F_SPIN if it comes to sleep. */
bind sysinfo:::mutex_adenters = process rawtp:::contention_begin /(args[1] & 0x21) == 0x21/ (1);
bind sysinfo:::rw_rdfails = process rawtp:::contention_begin /(args[1] & 0x12) == 2/ (1);
bind sysinfo:::rw_wrfails = process rawtp:::contention_begin /(args[1] & 0x14) == 4/ (1);

/* ---- disks: REQ_OP_READ 0, REQ_OP_WRITE 1, REQ_SYNC of bi_opf ---- */

inline int sysinfo_req_sync = 1 << 11;

bind sysinfo:::bread = process rawtp:::block_bio_queue /(args[0]->bi_opf & 0xff) == 0/ (1);
bind sysinfo:::bwrite = process rawtp:::block_bio_queue /(args[0]->bi_opf & 0xff) == 1/ (1);
bind sysinfo:::bawrite = process rawtp:::block_bio_queue
	/(args[0]->bi_opf & 0xff) == 1 && !(args[0]->bi_opf & sysinfo_req_sync)/ (1);
bind sysinfo:::lread = process approximate "blocks of file systems that use buffer heads, of those that a CPU has had last"
	rawtp:::block_touch_buffer (1);
bind sysinfo:::lwrite = process approximate "blocks of file systems that use buffer heads"
	rawtp:::block_dirty_buffer (1);
bind sysinfo:::ufsdirblk = none "there is no UFS on Linux that counts";
bind sysinfo:::ufsiget = none "there is no UFS on Linux that counts";
bind sysinfo:::ufsinopage = none "there is no UFS on Linux that counts";
bind sysinfo:::ufsipage = none "there is no UFS on Linux that counts";

alias sysinfo:genunix::readch, sysinfo::read:readch, sysinfo::readv:readch, sysinfo::pread:readch = sysinfo:::readch;
alias sysinfo:genunix::writech, sysinfo::write:writech, sysinfo::writev:writech, sysinfo::pwrite:writech = sysinfo:::writech;
alias sysinfo:genunix::sysread, sysinfo::read32:sysread = sysinfo:::sysread;
alias sysinfo:genunix::syswrite, sysinfo::write32:syswrite = sysinfo:::syswrite;
alias sysinfo:genunix::sysexec, sysinfo::exec_common:sysexec = sysinfo:::sysexec;
alias sysinfo:genunix::sysfork, sysinfo::cfork:sysfork = sysinfo:::sysfork;
alias sysinfo:genunix::sysvfork, sysinfo::cfork:sysvfork = sysinfo:::sysvfork;
alias sysinfo:unix::idlethread, sysinfo:unix:idle_enter:idlethread = sysinfo:::idlethread;
alias sysinfo:unix::pswitch, sysinfo::swtch:pswitch = sysinfo:::pswitch;
alias sysinfo:unix::inv_swtch, sysinfo::preempt:inv_swtch = sysinfo:::inv_swtch;
alias sysinfo:unix::trap, sysinfo::trap:trap = sysinfo:::trap;
alias sysinfo:unix::xcalls, sysinfo::xc_common:xcalls = sysinfo:::xcalls;
alias sysinfo:genunix::namei, sysinfo::lookuppnat:namei = sysinfo:::namei;
alias sysinfo:unix::mutex_adenters, sysinfo::mutex_vector_enter:mutex_adenters = sysinfo:::mutex_adenters;
