#pragma D option quiet

tick-1000hz
{
	n++;
	if (n % 3 == 0)
		@["three"] = count();
	else
		@["other"] = count();
	if (n & 1) {
		@s["odd"] = sum(n);
	}
	if (n == 9)
		exit(0);
}
END
{
	printa("%s %@d\n", @);
	printa("%s %@d\n", @s);
}
