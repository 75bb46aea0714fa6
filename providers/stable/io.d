/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/*
 * The io provider: requests to block devices. A start is a request that the block layer takes up, in whose place its
 * issuer still is (or a kernel thread that writes for others); its done is the first completion. Requests that are
 * merged into another one after their start have no done; large I/O is several requests.
 */

#pragma D attributes Evolving/Evolving/ISA provider io provider
#pragma D attributes Private/Private/Unknown provider io module
#pragma D attributes Private/Private/Unknown provider io function
#pragma D attributes Evolving/Evolving/ISA provider io name
#pragma D attributes Evolving/Evolving/ISA provider io args

typedef char *caddr_t;

typedef struct bufinfo {
	int b_flags;
	size_t b_bcount;
	caddr_t b_addr;
	uint64_t b_lblkno;
	uint64_t b_blkno;
	size_t b_resid;
	size_t b_bufsize;
	caddr_t b_iodone;
	int b_error;
	dev_t b_edev;
} bufinfo_t;

typedef struct devinfo {
	int dev_major;
	int dev_minor;
	int dev_instance;
	string dev_name;
	string dev_statname;
	string dev_pathname;
} devinfo_t;

/* The operation is in the low eight bits: odd ones write. REQ_SYNC is bit 11; reads are synchronous anyway. */
inline int io_op[struct request *R] = (int)(R->cmd_flags & 0xff);
inline dev_t io_dev[struct request *R] = R->part != NULL ? R->part->bd_dev : R->q->disk->part0->bd_dev;

translator bufinfo_t < struct request *R > {
	b_flags = io_op[R] & 1 ? B_WRITE | (R->cmd_flags & 0x800 ? 0 : B_ASYNC) : B_READ;
	b_bcount = R->__data_len;
	b_addr = (caddr_t)R->bio;
	b_lblkno = R->__sector;
	b_blkno = R->__sector;
	b_resid = 0;
	b_bufsize = R->__data_len;
	b_iodone = (caddr_t)R->end_io;
	b_error = 0;
	b_edev = io_dev[R];
};

translator devinfo_t < struct request *R > {
	dev_major = (int)(io_dev[R] >> 20);
	dev_minor = (int)(io_dev[R] & 0xfffff);
	dev_instance = (int)(io_dev[R] & 0xfffff);
	dev_name = stringof(R->q->disk->disk_name);
	dev_statname = R->part != NULL ? stringof(R->part->bd_device.kobj.name) : stringof(R->q->disk->disk_name);
	dev_pathname = strjoin("/dev/",
	    R->part != NULL ? stringof(R->part->bd_device.kobj.name) : stringof(R->q->disk->disk_name));
};

/* ---- whose data it is ---- */

/* The rest of a bio that was split points to the whole of it. */
inline uintptr_t io_whole[struct request *R] = R->bio->bi_end_io == &`bio_chain_endio ?
	(uintptr_t)R->bio->bi_private : (uintptr_t)R->bio;

/* Direct I/O of a file: the file is at hand. */
inline uintptr_t io_direct[struct bio *B] = B->bi_end_io == &`iomap_dio_bio_end_io ?
	(uintptr_t)((struct iomap_dio *)B->bi_private)->iocb->ki_filp->f_path.dentry : 0;

/* Pages of a file: the first name of its inode. The lowest bits of mapping are set for other memory. */
inline uintptr_t io_page[struct request *R] = (uintptr_t)R->bio->bi_io_vec[R->bio->bi_iter.bi_idx].bv_page;
inline uintptr_t io_head[struct page *P] = P->compound_head & 1 ? P->compound_head - 1 : (uintptr_t)P;
inline uintptr_t io_mapping[struct request *R] =
	(uintptr_t)((struct folio *)io_head[(struct page *)io_page[R]])->mapping;
inline uintptr_t io_alias[struct address_space *A] = (uintptr_t)A->host->i_dentry.first;
inline uintptr_t io_name[uintptr_t alias] = alias ? alias - offsetof(struct dentry, d_u) : 0;
inline uintptr_t io_cached[uintptr_t mapping] =
	mapping == 0 || mapping & 3 ? 0 : io_name[io_alias[(struct address_space *)mapping]];

inline uintptr_t io_either[uintptr_t direct, uintptr_t cached] = direct ? direct : cached;
inline struct dentry *io_dentry[struct request *R] = (struct dentry *)(
	R->bio == NULL || io_op[R] > 1 || R->bio->bi_io_vec == NULL ? 0 :
	io_either[io_direct[(struct bio *)io_whole[R]], io_cached[io_mapping[R]]]);

/* The I/O that a thread waits for: scripts name its arguments, but nobody knows it. */
struct io_unknown;

translator bufinfo_t < struct io_unknown *U > {
	b_flags = 0;
	b_bcount = 0;
	b_addr = NULL;
	b_lblkno = 0;
	b_blkno = 0;
	b_resid = 0;
	b_bufsize = 0;
	b_iodone = NULL;
	b_error = 0;
	b_edev = 0;
};

translator devinfo_t < struct io_unknown *U > {
	dev_major = 0;
	dev_minor = 0;
	dev_instance = 0;
	dev_name = "<none>";
	dev_statname = "<none>";
	dev_pathname = "<none>";
};

provider io {
	probe start(struct request *R, struct dentry *D) : (bufinfo_t *R, devinfo_t *R, fileinfo_t *D);
	probe done(struct request *R, struct dentry *D) : (bufinfo_t *R, devinfo_t *R, fileinfo_t *D);
	probe wait__start(struct io_unknown *U, struct dentry *D) : (bufinfo_t *U, devinfo_t *U, fileinfo_t *D);
	probe wait__done(struct io_unknown *U, struct dentry *D) : (bufinfo_t *U, devinfo_t *U, fileinfo_t *D);
};

/* block_io_start is there since Linux 6.5. A request that is issued again is no new start. */
bind io:::start = rawtp:::block_io_start (args[0], io_dentry[args[0]]) |
	approximate "the device takes the request; a request without data is not seen, and the issuer may be a kernel thread"
	rawtp:::block_rq_issue /!started[arg0]/ (args[0], io_dentry[args[0]]);

/* Requests that have started and not completed; the machine that flushes caches makes others, which never start. */
io:::start { started[arg0] = 1; }
bind io:::done = rawtp:::block_rq_complete /started[arg0]/ (args[0], io_dentry[args[0]]);
rawtp:::block_rq_complete, rawtp:::block_rq_merge { started[arg0] = 0; }

/* A thread that sleeps for I/O, whichever it is. */
bind io:::wait-start = process rawtp:::sched_switch /args[3] && args[1]->in_iowait/ (NULL, NULL);
rawtp:::sched_switch /args[3] && args[1]->in_iowait/ { self->waits = 1; }
bind io:::wait-done = process rawtp:::sched_exit_tp /args[0] && self->waits/ (NULL, NULL) |
	process with fbt::io_schedule:return fbt::io_schedule:return, fbt::io_schedule_timeout:return /self->waits/ (NULL, NULL) |
	approximate "stack() and ustack() are of the thread that leaves"
	current (args[2]) rawtp:::sched_switch /self->waits/ (NULL, NULL);
io:::wait-done { self->waits = 0; }

alias io:genunix::start, io:nfs::start, io::bdev_strategy:start = io:::start;
alias io:genunix::done, io:nfs::done, io::biodone:done = io:::done;
alias io:genunix::wait-start, io:nfs::wait-start, io::biowait:wait-start = io:::wait-start;
alias io:genunix::wait-done, io:nfs::wait-done, io::biowait:wait-done = io:::wait-done;
