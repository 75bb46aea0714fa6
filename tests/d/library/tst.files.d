/* fileinfo_t from a struct file and from a dentry; descriptors that are none. */
#pragma D option quiet

BEGIN
{
	this->exe = curthread->mm->exe_file;
	this->path = d_path(&this->exe->f_path);
	printf("%s %d\n", xlate <fileinfo_t> (this->exe).fi_name, xlate <fileinfo_t *> (this->exe)->fi_pathname == this->path);
	this->d = this->exe->f_path.dentry;
	printf("%s %d", xlate <fileinfo_t> (this->d).fi_name, xlate <fileinfo_t> (this->d).fi_pathname == this->path);
	printf(" %d", xlate <fileinfo_t> (this->d).fi_dirname == dirname(this->path));
	printf(" %d %d\n", xlate <fileinfo_t> (this->d).fi_offset, xlate <fileinfo_t> (this->d).fi_oflags);
	printf("%d\n", xlate <fileinfo_t> (this->d).fi_mount == mount_path(&this->exe->f_path));
}

BEGIN
{
	printf("%s %s %s", fds[-1].fi_name, fds[-1].fi_dirname, fds[-1].fi_pathname);
	printf(" %d %s %s %d\n", fds[-1].fi_offset, fds[-1].fi_fs, fds[-1].fi_mount, fds[-1].fi_oflags);
	printf("%s %s %d\n", fds[1 << 30].fi_name, fds[4095].fi_mount, getf(-1) == NULL);
	printf("%s\n", xlate <fileinfo_t> ((struct dentry *)NULL).fi_pathname);
	exit(0);
}
