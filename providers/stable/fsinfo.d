/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/*
 * The fsinfo provider: operations on files, as system calls ask for them. args[0] is the file, arg1 how
 * many bytes or what came of it. What the kernel does by itself, or through mapped memory, is not seen.
 * Operations on open files fire when they have succeeded; those on paths when they begin, and their
 * args[0] holds the path as the program gave it.
 */

#pragma D attributes Evolving/Evolving/Common provider fsinfo provider
#pragma D attributes Private/Private/Unknown provider fsinfo module
#pragma D attributes Private/Private/Unknown provider fsinfo function
#pragma D attributes Evolving/Evolving/Common provider fsinfo name
#pragma D attributes Evolving/Evolving/Common provider fsinfo args

/* A path in the memory of the process. */
struct fsinfo_path {
	char c;
};

translator fileinfo_t < struct fsinfo_path *P > {
	fi_name = basename(copyinstr((uintptr_t)P));
	fi_dirname = dirname(copyinstr((uintptr_t)P));
	fi_pathname = copyinstr((uintptr_t)P);
	fi_offset = -1;
	fi_fs = "<unknown>";
	fi_mount = "<unknown>";
	fi_oflags = 0;
};

provider fsinfo {
	probe access(struct fsinfo_path *P, int64_t mode) : (fileinfo_t *P, int64_t mode);
	probe close(struct file *F) : (fileinfo_t *F);
	probe create(struct file *F, int64_t fd) : (fileinfo_t *F, int64_t fd);
	probe fsync(struct file *F, int64_t result) : (fileinfo_t *F, int64_t result);
	probe getattr(struct fsinfo_path *P) : (fileinfo_t *P);
	probe ioctl(struct file *F, int64_t result) : (fileinfo_t *F, int64_t result);
	probe link(struct fsinfo_path *P) : (fileinfo_t *P);
	probe lookup(struct fsinfo_path *P) : (fileinfo_t *P);
	probe map(struct file *F, int64_t bytes) : (fileinfo_t *F, int64_t bytes);
	probe mkdir(struct fsinfo_path *P, int64_t mode) : (fileinfo_t *P, int64_t mode);
	probe open(struct file *F, int64_t fd) : (fileinfo_t *F, int64_t fd);
	probe poll(struct file *F) : (fileinfo_t *F);
	probe read(struct file *F, int64_t bytes) : (fileinfo_t *F, int64_t bytes);
	probe readdir(struct file *F, int64_t bytes) : (fileinfo_t *F, int64_t bytes);
	probe readlink(struct fsinfo_path *P) : (fileinfo_t *P);
	probe remove(struct fsinfo_path *P) : (fileinfo_t *P);
	probe rename(struct fsinfo_path *P) : (fileinfo_t *P);
	probe rmdir(struct fsinfo_path *P) : (fileinfo_t *P);
	probe seek(struct file *F, int64_t offset) : (fileinfo_t *F, int64_t offset);
	probe setattr(struct fsinfo_path *P) : (fileinfo_t *P);
	probe symlink(struct fsinfo_path *P) : (fileinfo_t *P);
	probe write(struct file *F, int64_t bytes) : (fileinfo_t *F, int64_t bytes);
};

/* ---- open files: the descriptor is kept until the call returns ---- */

self int fsinfo_fd;
self int fsinfo_creates;

syscall::read:entry, syscall::readv:entry, syscall::pread64:entry, syscall::preadv:entry, syscall::preadv2:entry,
syscall::write:entry, syscall::writev:entry, syscall::pwrite64:entry, syscall::pwritev:entry, syscall::pwritev2:entry,
syscall::getdents:entry, syscall::getdents64:entry, syscall::ioctl:entry, syscall::fsync:entry,
syscall::fdatasync:entry, syscall::lseek:entry
{
	self->fsinfo_fd = (int)arg0 + 1;
}

bind fsinfo:::read = syscall::read:return, syscall::readv:return, syscall::pread64:return,
	syscall::preadv:return, syscall::preadv2:return
	/errno == 0 && self->fsinfo_fd/ (getf(self->fsinfo_fd - 1), arg0);
bind fsinfo:::write = syscall::write:return, syscall::writev:return, syscall::pwrite64:return,
	syscall::pwritev:return, syscall::pwritev2:return
	/errno == 0 && self->fsinfo_fd/ (getf(self->fsinfo_fd - 1), arg0);
bind fsinfo:::readdir = syscall::getdents:return, syscall::getdents64:return
	/errno == 0 && self->fsinfo_fd/ (getf(self->fsinfo_fd - 1), arg0);
bind fsinfo:::ioctl = syscall::ioctl:return /errno == 0 && self->fsinfo_fd/ (getf(self->fsinfo_fd - 1), arg0);
bind fsinfo:::fsync = syscall::fsync:return, syscall::fdatasync:return
	/errno == 0 && self->fsinfo_fd/ (getf(self->fsinfo_fd - 1), arg0);
bind fsinfo:::seek = syscall::lseek:return /errno == 0 && self->fsinfo_fd/ (getf(self->fsinfo_fd - 1), arg0);

syscall::read:return, syscall::readv:return, syscall::pread64:return, syscall::preadv:return, syscall::preadv2:return,
syscall::write:return, syscall::writev:return, syscall::pwrite64:return, syscall::pwritev:return, syscall::pwritev2:return,
syscall::getdents:return, syscall::getdents64:return, syscall::ioctl:return, syscall::fsync:return,
syscall::fdatasync:return, syscall::lseek:return
{
	self->fsinfo_fd = 0;
}

/* MAP_ANONYMOUS 0x20 */
bind fsinfo:::map = syscall::mmap:entry /!(arg3 & 0x20)/ (getf((int)arg4), arg1);
bind fsinfo:::close = syscall::close:entry (getf((int)arg0));
bind fsinfo:::poll = none "poll(2) names many files at once; see syscall::poll:entry";

syscall::open:entry { self->fsinfo_creates = (arg1 & O_CREAT) != 0; }
syscall::openat:entry { self->fsinfo_creates = (arg2 & O_CREAT) != 0; }
syscall::creat:entry { self->fsinfo_creates = 1; }

bind fsinfo:::open = syscall::open:return, syscall::openat:return, syscall::openat2:return, syscall::creat:return
	/errno == 0/ (getf((int)arg0), arg0);
bind fsinfo:::create = approximate "opening with O_CREAT is told, whether or not the file was there"
	syscall::open:return, syscall::openat:return, syscall::creat:return
	/errno == 0 && self->fsinfo_creates/ (getf((int)arg0), arg0);

syscall::open:return, syscall::openat:return, syscall::creat:return { self->fsinfo_creates = 0; }

/* ---- paths ---- */

bind fsinfo:::access = syscall::access:entry ((struct fsinfo_path *)arg0, arg1);
bind fsinfo:::access = syscall::faccessat:entry, syscall::faccessat2:entry ((struct fsinfo_path *)arg1, arg2);
/* AT_EMPTY_PATH 0x1000: of an open file, as fstat(2) asks. */
bind fsinfo:::getattr = syscall::stat:entry, syscall::lstat:entry ((struct fsinfo_path *)arg0);
bind fsinfo:::getattr = syscall::newfstatat:entry /!(arg3 & 0x1000)/ ((struct fsinfo_path *)arg1);
bind fsinfo:::getattr = syscall::statx:entry /!(arg2 & 0x1000)/ ((struct fsinfo_path *)arg1);
bind fsinfo:::setattr = syscall::chmod:entry, syscall::chown:entry, syscall::lchown:entry, syscall::truncate:entry
	((struct fsinfo_path *)arg0);
bind fsinfo:::setattr = syscall::fchmodat:entry, syscall::fchownat:entry, syscall::utimensat:entry /arg1/
	((struct fsinfo_path *)arg1);
bind fsinfo:::link = syscall::link:entry ((struct fsinfo_path *)arg1);
bind fsinfo:::link = syscall::linkat:entry ((struct fsinfo_path *)arg3);
bind fsinfo:::symlink = syscall::symlink:entry ((struct fsinfo_path *)arg1);
bind fsinfo:::symlink = syscall::symlinkat:entry ((struct fsinfo_path *)arg2);
bind fsinfo:::rename = syscall::rename:entry ((struct fsinfo_path *)arg0);
bind fsinfo:::rename = syscall::renameat:entry, syscall::renameat2:entry ((struct fsinfo_path *)arg1);
bind fsinfo:::readlink = syscall::readlink:entry ((struct fsinfo_path *)arg0);
bind fsinfo:::readlink = syscall::readlinkat:entry ((struct fsinfo_path *)arg1);
bind fsinfo:::mkdir = syscall::mkdir:entry ((struct fsinfo_path *)arg0, arg1);
bind fsinfo:::mkdir = syscall::mkdirat:entry ((struct fsinfo_path *)arg1, arg2);

/* AT_REMOVEDIR 0x200 */
bind fsinfo:::remove = syscall::unlink:entry ((struct fsinfo_path *)arg0);
bind fsinfo:::remove = syscall::unlinkat:entry /!(arg2 & 0x200)/ ((struct fsinfo_path *)arg1);
bind fsinfo:::rmdir = syscall::rmdir:entry ((struct fsinfo_path *)arg0);
bind fsinfo:::rmdir = syscall::unlinkat:entry /arg2 & 0x200/ ((struct fsinfo_path *)arg1);
bind fsinfo:::lookup = none "the kernel has no event for the steps of a path; sysinfo:::namei counts paths";
