/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/*
 * The plockstat provider: mutexes and reader/writer locks of one process, by the POSIX functions that take and release them,
 * wherever it has them: in the C library, in libpthread, or in the program itself. A thread that waits within
 * one of these functions does so in futex(2), on a word of the lock. arg0 is the lock's address.
 */

#pragma D attributes Evolving/Evolving/ISA provider plockstat provider
#pragma D attributes Private/Private/Unknown provider plockstat module
#pragma D attributes Private/Private/Unknown provider plockstat function
#pragma D attributes Evolving/Evolving/ISA provider plockstat name
#pragma D attributes Evolving/Evolving/ISA provider plockstat args

provider plockstat {
	probe mutex__acquire(void *lock, int recursive, int spins);
	probe mutex__block(void *lock);
	probe mutex__blocked(void *lock, int success);
	probe mutex__error(void *lock, int error);
	probe mutex__release(void *lock, int recursive);
	probe mutex__spin(void *lock);
	probe mutex__spun(void *lock, int success, int spins);
	probe rw__acquire(void *lock, int writer);
	probe rw__block(void *lock, int writer);
	probe rw__blocked(void *lock, int writer, int success);
	probe rw__error(void *lock, int writer, int error);
	probe rw__release(void *lock, int writer);
};

/* What the thread is about to take, and whether it has had to wait; what it is about to release. */
self uintptr_t mutex;
self int waited;
self uintptr_t rw;
self int writes;
self int rw_waited;
self uintptr_t gives;
self uintptr_t rw_gives;
/* How often it holds a mutex, as far as that was seen; whether it holds a reader/writer lock as a writer. */
self int holds[uintptr_t];
self int wrote[uintptr_t];

/*
 * ---- mutexes: lock, trylock, timedlock, clocklock ----
 *
 * A wait for a condition releases the mutex and takes it again. One function of these may call another of the
 * same name (a library that stands in for the C library's, an older version): the innermost counts.
 */

bind plockstat:::mutex-release = pid$target::pthread_cond_*wait:entry /self->mutex != arg1/
	((void *)arg1, self->holds[arg1] > 1);

pid$target::pthread_cond_*wait:entry
/self->mutex != arg1 && self->holds[arg1] > 0/
{
	self->holds[arg1]--;
}

pid$target::pthread_cond_*wait:entry
{
	self->mutex = arg1;
	self->waited = 0;
}

pid$target::pthread_mutex_[clt]*ock:entry
{
	self->mutex = arg0;
	self->waited = 0;
}

/* FUTEX_WAIT 0, FUTEX_LOCK_PI 6, FUTEX_WAIT_BITSET 9, FUTEX_LOCK_PI2 13; a pthread_mutex_t has at most 48 bytes. */
bind plockstat:::mutex-block = syscall::futex:entry
	/self->mutex && !self->waited && (uintptr_t)arg0 - self->mutex < 48 && 0x2241 >> (arg1 & 127) & 1/
	((void *)self->mutex);

syscall::futex:entry
/self->mutex && !self->waited && (uintptr_t)arg0 - self->mutex < 48 && 0x2241 >> (arg1 & 127) & 1/
{
	self->waited = 1;
}

/* EOWNERDEAD 130 has taken it, ETIMEDOUT 110 of a wait for a condition, too. */
bind plockstat:::mutex-blocked = pid$target::pthread_mutex_[clt]*ock:return /self->mutex && self->waited/
	((void *)self->mutex, (int)arg1 == 0 || (int)arg1 == 130);
bind plockstat:::mutex-blocked = pid$target::pthread_cond_*wait:return /self->mutex && self->waited/
	((void *)self->mutex, 1);

pid$target::pthread_mutex_[clt]*ock:return
/self->mutex && ((int)arg1 == 0 || (int)arg1 == 130)/
{
	self->holds[self->mutex]++;
}

pid$target::pthread_cond_*wait:return
/self->mutex && ((int)arg1 == 0 || (int)arg1 == 110 || (int)arg1 == 130)/
{
	self->holds[self->mutex]++;
}

bind plockstat:::mutex-acquire = pid$target::pthread_mutex_[clt]*ock:return
	/self->mutex && ((int)arg1 == 0 || (int)arg1 == 130)/
	((void *)self->mutex, self->holds[self->mutex] > 1, 0);
bind plockstat:::mutex-acquire = pid$target::pthread_cond_*wait:return
	/self->mutex && ((int)arg1 == 0 || (int)arg1 == 110 || (int)arg1 == 130)/
	((void *)self->mutex, self->holds[self->mutex] > 1, 0);
bind plockstat:::mutex-error = pid$target::pthread_mutex_[clt]*ock:return
	/self->mutex && (int)arg1 != 0 && (int)arg1 != 130/
	((void *)self->mutex, (int)arg1);

pid$target::pthread_mutex_[clt]*ock:return, pid$target::pthread_cond_*wait:return
{
	self->mutex = 0;
	self->waited = 0;
}

pid$target::pthread_mutex_unlock:entry
{
	self->gives = arg0;
}

bind plockstat:::mutex-release = pid$target::pthread_mutex_unlock:return /self->gives && (int)arg1 == 0/
	((void *)self->gives, self->holds[self->gives] > 1);

pid$target::pthread_mutex_unlock:return
/self->gives && (int)arg1 == 0 && self->holds[self->gives] > 0/
{
	self->holds[self->gives]--;
}

pid$target::pthread_mutex_unlock:return
{
	self->gives = 0;
}

bind plockstat:::mutex-spin = none "the C library's functions spin without a call that could be seen";
bind plockstat:::mutex-spun = none "the C library's functions spin without a call that could be seen";

/* ---- reader/writer locks: rdlock, tryrdlock, timedrdlock, clockrdlock, and those of writers ---- */

pid$target::pthread_rwlock_*rdlock:entry
{
	self->rw = arg0;
	self->writes = 0;
	self->rw_waited = 0;
}

pid$target::pthread_rwlock_*wrlock:entry
{
	self->rw = arg0;
	self->writes = 1;
	self->rw_waited = 0;
}

/* A pthread_rwlock_t has 56 bytes. */
bind plockstat:::rw-block = syscall::futex:entry
	/self->rw && !self->rw_waited && (uintptr_t)arg0 - self->rw < 56 && 0x2241 >> (arg1 & 127) & 1/
	((void *)self->rw, self->writes);

syscall::futex:entry
/self->rw && !self->rw_waited && (uintptr_t)arg0 - self->rw < 56 && 0x2241 >> (arg1 & 127) & 1/
{
	self->rw_waited = 1;
}

bind plockstat:::rw-blocked = pid$target::pthread_rwlock_*rdlock:return, pid$target::pthread_rwlock_*wrlock:return
	/self->rw && self->rw_waited/
	((void *)self->rw, self->writes, (int)arg1 == 0);
bind plockstat:::rw-acquire = pid$target::pthread_rwlock_*rdlock:return, pid$target::pthread_rwlock_*wrlock:return
	/self->rw && (int)arg1 == 0/
	((void *)self->rw, self->writes);
bind plockstat:::rw-error = pid$target::pthread_rwlock_*rdlock:return, pid$target::pthread_rwlock_*wrlock:return
	/self->rw && (int)arg1 != 0/
	((void *)self->rw, self->writes, (int)arg1);

pid$target::pthread_rwlock_*wrlock:return
/self->rw && (int)arg1 == 0/
{
	self->wrote[self->rw] = 1;
}

pid$target::pthread_rwlock_*rdlock:return, pid$target::pthread_rwlock_*wrlock:return
{
	self->rw = 0;
	self->rw_waited = 0;
}

pid$target::pthread_rwlock_unlock:entry
{
	self->rw_gives = arg0;
}

bind plockstat:::rw-release = pid$target::pthread_rwlock_unlock:return /self->rw_gives && (int)arg1 == 0/
	((void *)self->rw_gives, self->wrote[self->rw_gives]);

pid$target::pthread_rwlock_unlock:return
/self->rw_gives && self->wrote[self->rw_gives]/
{
	self->wrote[self->rw_gives] = 0;
}

pid$target::pthread_rwlock_unlock:return
{
	self->rw_gives = 0;
}
