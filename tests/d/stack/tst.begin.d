/* BEGIN has no stack: that of nobody is empty, and so are what is read from it. */
#pragma D option quiet
BEGIN
{
	printf("[");
	stack();
	printf("][");
	ustack();
	printf("] %d %d %d %d\n", stackdepth, ustackdepth, caller, ucaller);
	@[stack()] = count();
	@u[ustack(3)] = count();
	exit(0);
}
