#pragma D option quiet

/* As many numbers made of pointers as one likes: each took stack of its own. */
int n;
BEGIN
{
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	n += (uint64_t)curthread == (uint64_t)curthread;
	printf("%d\n", n);
	exit(0);
}
