/* One constant of each family that the system's libraries define. */
#pragma D option quiet

BEGIN
{
	printf("%d %d %d %d %d\n", DTRACEFLT_DIVZERO, SIGKILL, ENOENT, O_CREAT, PR_ISSYS);
	printf("%d %d %d %d %d\n", SSLEEP, SOBJ_MUTEX, CLD_KILLED, B_READ, AF_INET6);
	printf("%d %d %d %d\n", IPPROTO_TCP, TH_ACK, TCP_STATE_LISTEN, R_PC == R_RIP);
	printf("%s %s %s\n", tcp_state_string[TCP_STATE_CLOSE_WAIT], tcp_state_string[TCP_STATE_IDLE], tcp_state_string[77]);
	printf("%d %d %d %d\n", curcpu->cpu_id == cpu, pset, chip, lgrp);
	printf("%s %d %d %d\n", zonename, projid, taskid, ipl);
	printf("%d %s\n", jid, jailname);
	exit(0);
}
