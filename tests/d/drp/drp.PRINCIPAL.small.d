#pragma D option quiet
#pragma D option bufsize=4k
int n;
/* Far more within one firing of each tick than the buffer holds until it is read. */
profile-4999hz
{
	printf("%s%s%s%s%s%s%s%s", "0123456789abcdef", "0123456789abcdef", "0123456789abcdef", "0123456789abcdef",
	    "0123456789abcdef", "0123456789abcdef", "0123456789abcdef", "0123456789abcdef");
}
profile-4999hz
{
	printf("%s%s%s%s%s%s%s%s", "0123456789abcdef", "0123456789abcdef", "0123456789abcdef", "0123456789abcdef",
	    "0123456789abcdef", "0123456789abcdef", "0123456789abcdef", "0123456789abcdef");
}
tick-4hz
{
	exit(0);
}
