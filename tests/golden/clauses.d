#!/usr/sbin/dtrace -qs
/* Descriptions, predicates and statements in every arrangement. */
#pragma D option bufsize=4m
#pragma D option quiet
#pragma D attributes Evolving/Evolving/Common provider app name

dtrace:::BEGIN, END
{
}

syscall::read*:entry
/ execname == "cat" && arg0 > 2 /* files only */ /
{
	self->start = timestamp;
	this->name = stringof(fds[arg0].fi_pathname);;
	@sizes[this->name, pid] = quantize(arg2);
	@ = count()
}

syscall::read:return,
fbt:vmlinux:vfs_[rw]*:return
/self->start/
{
	if (arg1 < 0) {
		errors++;
	} else if (arg1 == 0)
		eof += 1;
	else {
		bytes = bytes + arg1;
		printf("%d\n", arg1)
	}
	if (x) ; else trace(1);
	self->start = 0;
}

1234, profile-97 { stack(5); }
