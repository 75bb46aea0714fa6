/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/*
 * The lockstat provider: waiting for kernel locks. arg0 is the lock, arg1 the time in ns. The
 * kernel tells where contention begins and ends, and what for; a lock that is free is taken without an event.
 */

#pragma D attributes Evolving/Evolving/Common provider lockstat provider
#pragma D attributes Private/Private/Unknown provider lockstat module
#pragma D attributes Private/Private/Unknown provider lockstat function
#pragma D attributes Evolving/Evolving/Common provider lockstat name
#pragma D attributes Evolving/Evolving/Common provider lockstat args

provider lockstat {
	probe adaptive__acquire(uintptr_t lock);
	probe adaptive__acquire__error(uintptr_t lock, int error);
	probe adaptive__block(uintptr_t lock, uint64_t ns);
	probe adaptive__release(uintptr_t lock);
	probe adaptive__spin(uintptr_t lock, uint64_t ns);
	probe rw__acquire(uintptr_t lock, int mode);
	probe rw__block(uintptr_t lock, uint64_t ns, int mode, int writer, uint64_t readers);
	probe rw__downgrade(uintptr_t lock);
	probe rw__release(uintptr_t lock, int mode);
	probe rw__spin(uintptr_t lock, uint64_t ns, int mode);
	probe rw__upgrade(uintptr_t lock);
	probe spin__acquire(uintptr_t lock);
	probe spin__release(uintptr_t lock);
	probe spin__spin(uintptr_t lock, uint64_t ns);
	probe thread__spin(uintptr_t lock, uint64_t ns);
};

self uint64_t lockstat_since[uintptr_t];
self int lockstat_kind[uintptr_t];
self uint64_t lockstat_count[uintptr_t];

/* LCB_F_SPIN 1, LCB_F_READ 2, LCB_F_WRITE 4, LCB_F_RT 8, LCB_F_PERCPU 16, LCB_F_MUTEX 32 */

/*
 * A mutex is first spun for, then slept for: two beginnings, one end. Waits nest (an interrupt may
 * meet a lock of its own), so they are kept by lock.
 */
bind lockstat:::adaptive-spin = process rawtp:::contention_begin
	/(args[1] & 0x21) == 0x20 && self->lockstat_kind[(uintptr_t)args[0]] == 0x21/
	((uintptr_t)args[0], timestamp - self->lockstat_since[(uintptr_t)args[0]]);

rawtp:::contention_begin
{
	self->lockstat_since[(uintptr_t)args[0]] = timestamp;
	self->lockstat_kind[(uintptr_t)args[0]] = args[1];
}

/* The count of a struct rw_semaphore: bit 0 says that a writer has it, from bit 8 on are its readers. */
rawtp:::contention_begin
/(args[1] & 0x31) == 0 && (args[1] & 6)/
{
	self->lockstat_count[(uintptr_t)args[0]] = ((struct rw_semaphore *)args[0])->count.counter;
}

bind lockstat:::adaptive-spin = process rawtp:::contention_end
	/self->lockstat_kind[(uintptr_t)args[0]] == 0x21/
	((uintptr_t)args[0], timestamp - self->lockstat_since[(uintptr_t)args[0]]);
bind lockstat:::adaptive-block = process rawtp:::contention_end
	/self->lockstat_kind[(uintptr_t)args[0]] == 0x20/
	((uintptr_t)args[0], timestamp - self->lockstat_since[(uintptr_t)args[0]]);
bind lockstat:::spin-spin = rawtp:::contention_end
	/self->lockstat_kind[(uintptr_t)args[0]] == 1/
	((uintptr_t)args[0], timestamp - self->lockstat_since[(uintptr_t)args[0]]);
bind lockstat:::rw-spin = rawtp:::contention_end
	/(self->lockstat_kind[(uintptr_t)args[0]] & 0x21) == 1 && self->lockstat_kind[(uintptr_t)args[0]] & 6/
	((uintptr_t)args[0], timestamp - self->lockstat_since[(uintptr_t)args[0]],
	 self->lockstat_kind[(uintptr_t)args[0]] & 2 ? 1 : 0);
bind lockstat:::rw-block = process rawtp:::contention_end
	/(self->lockstat_kind[(uintptr_t)args[0]] & 0x21) == 0 && self->lockstat_kind[(uintptr_t)args[0]] & 6/
	((uintptr_t)args[0], timestamp - self->lockstat_since[(uintptr_t)args[0]],
	 self->lockstat_kind[(uintptr_t)args[0]] & 2 ? 1 : 0,
	 self->lockstat_count[(uintptr_t)args[0]] & 1,
	 self->lockstat_count[(uintptr_t)args[0]] >> 8);

rawtp:::contention_end
{
	self->lockstat_since[(uintptr_t)args[0]] = 0;
	self->lockstat_kind[(uintptr_t)args[0]] = 0;
}

rawtp:::contention_end
/self->lockstat_count[(uintptr_t)args[0]]/
{
	self->lockstat_count[(uintptr_t)args[0]] = 0;
}

bind lockstat:::adaptive-acquire = none "a lock that is free is taken without an event of the kernel";
bind lockstat:::adaptive-acquire-error = none "the kernel has no event for it";
bind lockstat:::adaptive-release = none "a lock is released without an event of the kernel";
bind lockstat:::spin-acquire = none "a lock that is free is taken without an event of the kernel";
bind lockstat:::spin-release = none "a lock is released without an event of the kernel";
bind lockstat:::rw-acquire = none "a lock that is free is taken without an event of the kernel";
bind lockstat:::rw-release = none "a lock is released without an event of the kernel";
bind lockstat:::rw-upgrade = none "Linux does not upgrade locks";
bind lockstat:::rw-downgrade = none "the kernel has no event for it";
bind lockstat:::thread-spin = none "Linux has no thread locks";

inline int RW_WRITER = 0;
inline int RW_READER = 1;
