/* The input of a translation is evaluated once, however often its parameter is used. */
#pragma D option quiet

struct sub { int z, w; };
translator struct sub < int i > { z = i * 100 + i; };

BEGIN
{
	i = 3;
	printf("%d %d\n", xlate <struct sub> (i++).z, i);
	printf("%d %d\n", xlate <struct sub> (i += 2).z, i);
	exit(0);
}
