#pragma D option quiet

/* a comment
 * over lines */ BEGIN /* between */
{
	x = 5 /* inside */ + /**/ 2;
	printf("%d /* not a comment */ %s\n", x, "/* nor this */");
	exit(0); /***/
}
/* at the end ******/
