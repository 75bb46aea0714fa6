/* curpsinfo and curlwpsinfo are translations of curthread, with translations inside. */
#pragma D option quiet

BEGIN
{
	printf("%d %d %d %d %d\n", curpsinfo->pr_pid == pid, curpsinfo->pr_ppid == ppid,
	    curpsinfo->pr_fname == execname, curpsinfo->pr_uid == uid, curpsinfo->pr_dmodel);
	printf("%d %d %d %s\n", curlwpsinfo->pr_lwpid == tid, curpsinfo->pr_lwp.pr_lwpid == tid,
	    curlwpsinfo->pr_addr == (uintptr_t)curthread, curlwpsinfo->pr_clname);
	printf("%d\n", xlate <psinfo_t *> (curthread->real_parent)->pr_pid == ppid);
	this->age = (walltimestamp / 1000000000) - curpsinfo->pr_start.tv_sec;
	printf("%d\n", this->age >= 0 && this->age < 60);
	exit(0);
}
