/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/*
 * One session on hooks that interrupt each other: system calls, the clock,
 * scheduler, softirqs and timers. $1 is the pid of the trigger. Each class of
 * events is counted in a global (exact, as it is one atomic add) and in
 * aggregations; all of them share @shared, @shared_sum and the ring.
 * stress.awk checks what END prints.
 */
#pragma D option quiet
#pragma D option aggsize=4m

BEGIN
{
	printf("ready\n");
}

syscall::getppid:entry
/pid == $1/
{
	entries++;
	@entries = count();
	@weights = sum(arg1);
	@key[arg0] = count();
	@key_sum[arg0] = sum(arg1);
	@narrow[(char)arg0] = count();
	@wide[arg0, execname, arg1] = sum(arg1);
	@text[lltostr(arg0)] = count();
	@text_sum[strjoin("key ", lltostr(arg0, 16)), (int)arg0] = sum(arg1);
	@shared[arg0 & 15] = count();
	@shared_sum[arg0 & 15] = sum((arg0 & 15) + 100);
	printf("E %d %d\n", arg0, arg1);
}

syscall::getppid:return
/pid == $1/
{
	returns++;
	@returns = count();
	@by_name[probefunc, probename] = count();
	this->k = arg0 & 15;
	@shared[this->k] = count();
	@shared_sum[this->k] = sum(this->k + 100);
	trace("R");
	printf("\n");
}

profile-4999
{
	ticks++;
	@ticks = count();
	this->k = (arg0 >> 4) & 15;
	@shared[this->k] = count();
	@shared_sum[this->k] = sum(this->k + 100);
	@tick_name[execname, tid] = count();
	printf("P %d %s\n", cpu, execname);
}

rawtp:::sched_switch
{
	switches++;
	@switches = count();
	this->k = pid & 15;
	@shared[this->k] = count();
	@shared_sum[this->k] = sum(this->k + 100);
	@switch_name[execname] = count();
}

rawtp:::softirq_entry, rawtp:::hrtimer_expire_entry, rawtp:::local_timer_entry
{
	timers++;
	@timers = count();
	this->k = timestamp & 15;
	@shared[this->k] = count();
	@shared_sum[this->k] = sum(this->k + 100);
	@timer_name[probename, cpu] = count();
}

END
{
	printf("global entries %d\nglobal returns %d\nglobal ticks %d\nglobal switches %d\nglobal timers %d\n",
	    entries, returns, ticks, switches, timers);
	printa("agg entries %@d\n", @entries);
	printa("agg returns %@d\n", @returns);
	printa("agg ticks %@d\n", @ticks);
	printa("agg switches %@d\n", @switches);
	printa("agg timers %@d\n", @timers);
	printa("weights %@d\n", @weights);
	printa("key %d %@d\n", @key);
	printa("key_sum %d %@d\n", @key_sum);
	printa("narrow %d %@d\n", @narrow);
	printa("wide %d %s %d %@d\n", @wide);
	printa("text %s %@d\n", @text);
	printa("text_sum %s %d %@d\n", @text_sum);
	printa("by_name %s %s %@d\n", @by_name);
	printa("shared %d %@d\n", @shared);
	printa("shared_sum %d %@d\n", @shared_sum);
	printa("tick_name %s %d %@d\n", @tick_name);
	printa("switch_name %s %@d\n", @switch_name);
	printa("timer_name %s %d %@d\n", @timer_name);
}
