/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/*
 * More keys than there is space for: what is not counted is a drop. $1 is the
 * pid of the trigger.
 */
#pragma D option quiet
#pragma D option aggsize=16k


BEGIN
{
	printf("ready\n");
}

syscall::getppid:entry
/pid == $1/
{
	entries++;
	@many[timestamp, tid, "a string to make it large"] = count();
	printf("E %d\n", arg0);
}

END
{
	printf("global entries %d\n", entries);
	printa("many %d %d %s %@d\n", @many);
}
