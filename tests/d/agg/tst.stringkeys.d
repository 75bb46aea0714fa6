#pragma D option quiet

/* §5.3: keys compare as strings: what is behind the NUL does not matter. */
string s;
BEGIN
{
	s = "longer string";
	s = "key";
	@[s] = count();
	@["key"] = count();
	@[strjoin("k", "ey")] = count();
	@[substr("a key b", 2, 3)] = count();
	@[probename] = count();
	@["BEGIN"] = count();
	printa("%s %@d\n", @);
	exit(0);
}
