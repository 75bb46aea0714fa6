#pragma D option quiet

BEGIN
{
	this->m = &curthread->signal->cred_guard_mutex;
	printf("%d %d", mutex_owned(&curthread->signal->cred_guard_mutex), mutex_owner(&curthread->signal->cred_guard_mutex) == 0);
	printf(" %d %d\n", mutex_type_adaptive(this->m), mutex_type_spin(this->m));
	printf("%d %d\n", rw_write_held(&curthread->mm->mmap_lock), rw_iswriter(&curthread->mm->mmap_lock));
	printf("%d\n", rw_read_held(&curthread->mm->mmap_lock));
	exit(0);
}
