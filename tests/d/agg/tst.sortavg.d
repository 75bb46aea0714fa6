#pragma D option quiet

/* avg sorts by the mean, stddev by its result, histograms by the sum of label times count. */
BEGIN
{
	@a["mean 5"] = avg(1);
	@a["mean 5"] = avg(9);
	@a["mean 4"] = avg(4);
	@a["mean 4"] = avg(4);
	@a["mean 4"] = avg(4);
	@a["mean 6"] = avg(6);
	printa("%s %@d\n", @a);
	@d["dev 0"] = stddev(1000);
	@d["dev 0"] = stddev(1000);
	@d["dev 2"] = stddev(10);
	@d["dev 2"] = stddev(14);
	@d["dev 1"] = stddev(20);
	@d["dev 1"] = stddev(22);
	printa("%s %@d\n", @d);
	exit(0);
}
