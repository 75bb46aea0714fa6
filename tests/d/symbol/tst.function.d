/* The address of a kernel function, with and without the module, by BTF's type and by a declared one. */
#pragma D option quiet
int vfs_write(int);
BEGIN
{
	printf("%d ", &`vfs_read != 0);
	printf("%d ", (uintptr_t)&vmlinux`vfs_read == (uintptr_t)&`vfs_read);
	printf("%d ", (uintptr_t)&vfs_write == (uintptr_t)&`vfs_write);
	printf("%d\n", (uintptr_t)&`vfs_write > 0xff00000000000000);
	exit(0);
}
