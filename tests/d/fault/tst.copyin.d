#pragma D option quiet

/* Nothing is mapped at these addresses. */
BEGIN
{
	trace(copyinstr(16));
}
BEGIN
{
	p = (int *)copyin(4096, 4);
	trace(*p);
}
BEGIN
{
	exit(0);
}
ERROR
{
	printf("error %d %x\n", arg4, arg5);
}
