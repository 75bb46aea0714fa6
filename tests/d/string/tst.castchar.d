#pragma D option quiet

/* Scripts keep pr_psargs as a char *, and ask whether one was kept by casting it to int. */
BEGIN
{
	kept[1] = (char *)execname;
	kept[2] = (char *)strjoin("a", "b");
	self->x = (int)kept[1] == 0 ? "" : kept[1];
	printf("%s %s %d %d\n", self->x, kept[2], (int)kept[2], (uintptr_t)kept[3]);
	kept[1] = 0;
	printf("[%s]\n", (int)kept[1] == 0 ? "" : kept[1]);
	exit(0);
}
