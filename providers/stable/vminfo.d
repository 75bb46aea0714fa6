/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/*
 * The vminfo provider: what the virtual memory system counts. arg0 is by how much. Paging in
 * and out is what the kernel calls so in /proc/vmstat: reads and writes of block devices. arg1 is 0 as in sysinfo.
 */

#pragma D attributes Evolving/Evolving/ISA provider vminfo provider
#pragma D attributes Private/Private/Unknown provider vminfo module
#pragma D attributes Private/Private/Unknown provider vminfo function
#pragma D attributes Evolving/Evolving/ISA provider vminfo name
#pragma D attributes Private/Private/ISA provider vminfo args

provider vminfo {
	probe anonfree(uint64_t pages);
	probe anonpgin(uint64_t pages);
	probe anonpgout(uint64_t pages);
	probe as_fault(uint64_t n);
	probe cow_fault(uint64_t pages);
	probe dfree(uint64_t pages);
	probe execfree(uint64_t pages);
	probe execpgin(uint64_t pages);
	probe execpgout(uint64_t pages);
	probe fsfree(uint64_t pages);
	probe fspgin(uint64_t pages);
	probe fspgout(uint64_t pages);
	probe kernel_asflt(uint64_t n);
	probe maj_fault(uint64_t n);
	probe pgfrec(uint64_t pages);
	probe pgin(uint64_t n);
	probe pgout(uint64_t n);
	probe pgpgin(uint64_t pages);
	probe pgpgout(uint64_t pages);
	probe pgrec(uint64_t pages);
	probe pgrrun(uint64_t n);
	probe pgswapin(uint64_t pages);
	probe pgswapout(uint64_t pages);
	probe prot_fault(uint64_t n);
	probe rev(uint64_t n);
	probe scan(uint64_t pages);
	probe softlock(uint64_t n);
	probe swapin(uint64_t n);
	probe swapout(uint64_t n);
	probe zfod(uint64_t n);
};

/* ---- faults ---- */

/*
 * Faults that the kernel could serve, but not those on pages that are there (1 of the error code): they are of writes that must not
 * be, or not before the page is copied. Accesses that must not wait are tried again by the kernel, and count then.
 */
self int there;
rawtp:::page_fault_user, rawtp:::page_fault_kernel
/(int64_t)args[0] >= 0 && !curthread->pagefault_disabled && self->there != ((int)args[2] & 1)/
{
	self->there = (int)args[2] & 1;
}
bind vminfo:::as_fault = process with rawtp:::page_fault_user
	cpc:::page_faults_min-all-1, cpc:::page_faults_maj-all-1 /!self->there/ (1) |
	process approximate "faults on pages that are copied when they are written to count too"
	cpc:::page_faults_min-all-1, cpc:::page_faults_maj-all-1 (1);
bind vminfo:::maj_fault = process cpc:::page_faults_maj-all-1 (1);

/* The fault of an access that is not allowed ends in a signal: SEGV_ACCERR 2. */
bind vminfo:::prot_fault = process approximate "faults in system calls, which fail with EFAULT, are not seen"
	rawtp:::signal_generate
	/args[0] == SIGSEGV && args[2] == curthread && (uintptr_t)args[1] > 1 && args[1]->si_code == 2/ (1);
bind vminfo:::kernel_asflt = rawtp:::page_fault_kernel /(int64_t)args[0] < 0/ (1);

/*
 * A page that is there is copied; a page of a file is read for somebody who writes to a copy of his own (FAULT_FLAG_WRITE 1,
 * VM_SHARED 8). Where these functions cannot be seen: the page is there (1) and is written to (2).
 */
bind vminfo:::cow_fault = process with fbt::wp_page_copy:entry fbt::__do_fault:entry
	/args[0]->flags & 1 && !(args[0]->vma->vm_flags & 8)/ (1);
bind vminfo:::cow_fault = process with fbt::__do_fault:entry fbt::wp_page_copy:entry (1) |
	process approximate "pages that only one process has left are counted too, though they are not copied"
	rawtp:::page_fault_user, rawtp:::page_fault_kernel
	/(args[2] & 3) == 3 && (int64_t)args[0] > 0/ (1);

/* Who only reads gets a page of zeros that is there already. */
bind vminfo:::zfod = process fbt::do_anonymous_page:entry /args[0]->flags & 1/ (1);
bind vminfo:::zfod = none "the kernel has no event for pages filled with zeros, and functions cannot be traced here; vminfo:::as_fault counts their faults among others";

/* ---- paging: REQ_OP_READ 0, REQ_OP_WRITE 1 ---- */

inline uint64_t vminfo_pages[uint64_t bytes] = (bytes + 4095) / 4096;

bind vminfo:::pgin = process rawtp:::block_bio_queue
	/(args[0]->bi_opf & 0xff) == 0 && args[0]->bi_iter.bi_size/ (1);
bind vminfo:::pgpgin = process rawtp:::block_bio_queue
	/(args[0]->bi_opf & 0xff) == 0 && args[0]->bi_iter.bi_size/ (vminfo_pages[args[0]->bi_iter.bi_size]);
bind vminfo:::pgout = process rawtp:::block_bio_queue
	/(args[0]->bi_opf & 0xff) == 1 && args[0]->bi_iter.bi_size/ (1);
bind vminfo:::pgpgout = process rawtp:::block_bio_queue
	/(args[0]->bi_opf & 0xff) == 1 && args[0]->bi_iter.bi_size/ (vminfo_pages[args[0]->bi_iter.bi_size]);

/* A folio is one page or, with the flag PG_head, several. Bit 0 of mapping: it is anonymous. */
inline int vminfo_is_large[struct folio *F] = (int)(*(uint64_t *)F >> PG_head & 1);

bind vminfo:::anonpgout =
	rawtp:::mm_vmscan_write_folio /(uintptr_t)args[0]->mapping & 1/ (vminfo_is_large[args[0]] ? args[0]->_nr_pages : 1) |
	rawtp:::mm_vmscan_write_folio /(uintptr_t)args[0]->mapping & 1/ (vminfo_is_large[args[0]] ? args[0]->_folio_nr_pages : 1);
bind vminfo:::anonpgin = process approximate "not seen where a swap device answers at once, as zram does, or swap is a file of a network"
	rawtp:::block_bio_queue
	/(args[0]->bi_opf & 0xff) == 0 && args[0]->bi_end_io == &`end_swap_bio_read/
	(vminfo_pages[args[0]->bi_iter.bi_size]);

/* The page is one of a regular file (the lowest bits of mapping are set for other memory). */
inline uintptr_t vminfo_mapping[struct bio *B] = B->bi_iter.bi_size == 0 || B->bi_io_vec == NULL ? 0 :
	(uintptr_t)((struct folio *)io_head[B->bi_io_vec[B->bi_iter.bi_idx].bv_page])->mapping;
inline int vminfo_of_file[uintptr_t mapping] = mapping == 0 || mapping & 3 ? 0 :
	(((struct address_space *)mapping)->host->i_mode & 0170000) == 0100000;

bind vminfo:::fspgin = process approximate "pages that go to memory of a process or are compressed, and those of a network, are not seen"
	rawtp:::block_bio_queue /(args[0]->bi_opf & 0xff) == 0 && vminfo_of_file[vminfo_mapping[args[0]]]/
	(vminfo_pages[args[0]->bi_iter.bi_size]);
bind vminfo:::fspgout = process approximate "pages that come from memory of a process or are compressed, and those of a network, are not seen"
	rawtp:::block_bio_queue /(args[0]->bi_opf & 0xff) == 1 && vminfo_of_file[vminfo_mapping[args[0]]]/
	(vminfo_pages[args[0]->bi_iter.bi_size]);
bind vminfo:::execpgin = none "the kernel does not tell pages of programs from those of other files";
bind vminfo:::execpgout = none "the kernel does not tell pages of programs from those of other files";
bind vminfo:::execfree = none "the kernel does not tell pages of programs from those of other files";

/* ---- reclaim ---- */

bind vminfo:::scan = rawtp:::mm_vmscan_lru_isolate /args[3]/ (args[3]);
bind vminfo:::dfree = rawtp:::mm_vmscan_lru_shrink_inactive /args[2]/ (args[2]);
bind vminfo:::dfree = rawtp:::mm_vmscan_reclaim_pages /args[2]/ (args[2]);
bind vminfo:::anonfree = approximate "pages that a process gives back with madvise(2) are told by dfree only"
	rawtp:::mm_vmscan_lru_shrink_inactive /args[2] && !args[5]/ (args[2]);
bind vminfo:::fsfree = approximate "pages that a process gives back with madvise(2) are told by dfree only"
	rawtp:::mm_vmscan_lru_shrink_inactive /args[2] && args[5]/ (args[2]);
bind vminfo:::pgrrun = rawtp:::mm_vmscan_kswapd_wake (1);
bind vminfo:::pgrec =
	approximate "pages that become active again" rawtp:::mm_lru_activate (vminfo_is_large[args[0]] ? args[0]->_nr_pages : 1) |
	approximate "pages that become active again" rawtp:::mm_lru_activate (vminfo_is_large[args[0]] ? args[0]->_folio_nr_pages : 1);
bind vminfo:::pgfrec = none "Linux takes no page back from its list of free pages";
bind vminfo:::rev = none "the pager of Linux has no clock hand";
bind vminfo:::pgswapin = none "Linux swaps pages, not processes; see anonpgin";
bind vminfo:::pgswapout = none "Linux swaps pages, not processes; see anonpgout";
bind vminfo:::swapin = none "Linux swaps pages, not processes";
bind vminfo:::swapout = none "Linux swaps pages, not processes";
bind vminfo:::softlock = none "Linux has no such faults";

alias vminfo:genunix::as_fault, vminfo::as_fault:as_fault = vminfo:::as_fault;
alias vminfo:genunix::maj_fault, vminfo::pageio_setup:maj_fault = vminfo:::maj_fault;
alias vminfo:genunix::pgin, vminfo::pageio_setup:pgin = vminfo:::pgin;
alias vminfo:genunix::pgpgin, vminfo::pageio_setup:pgpgin = vminfo:::pgpgin;
alias vminfo:genunix::pgout, vminfo::pageio_setup:pgout = vminfo:::pgout;
alias vminfo:genunix::pgpgout, vminfo::pageio_setup:pgpgout = vminfo:::pgpgout;
alias vminfo:genunix::cow_fault, vminfo::anon_private:cow_fault = vminfo:::cow_fault;
alias vminfo:unix::prot_fault, vminfo::trap:prot_fault = vminfo:::prot_fault;
