#pragma D option quiet

/* timestamp stands still within a firing (§6) and moves between firings; vtimestamp and walltimestamp do not go back. */
uint64_t last, vlast, wlast;
BEGIN
{
	printf("ready\n");
}
syscall::getppid:entry
/pid == $1/
{
	this->t = timestamp;
	@same = sum(this->t == timestamp);
	@order = sum(timestamp >= last);
	@vorder = sum(vtimestamp >= vlast);
	@worder = sum(walltimestamp >= wlast);
	@less = sum(vtimestamp <= timestamp);
	@year = sum(walltimestamp / 1000000000 > 1700000000 && walltimestamp / 1000000000 < 4000000000);
}
syscall::getppid:entry
/pid == $1/
{
	@clauses = sum(this->t == timestamp);
	last = timestamp;
	vlast = vtimestamp;
	wlast = walltimestamp;
}
syscall::exit_group:entry
/pid == $1/
{
	printa("%@d %@d %@d %@d %@d %@d %@d\n", @same, @order, @vorder, @worder, @less, @year, @clauses);
	exit(0);
}
