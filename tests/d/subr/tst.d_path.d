#pragma D option quiet

BEGIN
{
	printf("%s\n", basename(d_path(&curthread->mm->exe_file->f_path)));
	printf("%d\n", d_path(&curthread->fs->root) == "/");
	exit(0);
}
