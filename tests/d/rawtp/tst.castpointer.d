#pragma D option quiet

/* What a pointer of the kernel's is cast to decides what is read, not what the verifier knows of it: off a union of pointers here. */
rawtp:sched::sched_process_exec
{
	trace(*(int *)arg2);
	trace(*(int *)((struct task_struct *)arg2));
	trace(((char *)args[2])[1]);
	trace(((short *)args[2])[3]);
	trace(*(uint64_t *)args[0]);
}

BEGIN
{
	printf("loaded %d\n", *(uint32_t *)curthread == (uint32_t)curthread->thread_info.flags);
	exit(0);
}
