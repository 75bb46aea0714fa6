#pragma D option quiet

/* All of the functions that give one number; printa() without a format begins with a newline. */
int i;
tick-2000hz
/i < 10/
{
	i++;
	@c = count();
	@s = sum(i * 10 - 60);
	@a = avg(i * i);
	@n = min(i - 7);
	@x = max(i * 3);
	@d = stddev(i * i);
}
tick-2000hz
/i == 10/
{
	exit(0);
}
END
{
	printa(@c);
	printa(@s);
	printa(@a);
	printa(@n);
	printa(@x);
	printa(@d);
}
