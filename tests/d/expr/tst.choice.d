#pragma D option quiet

/*
 * A constant in front of ?: chooses while compiling, so that what is chosen may be an action: scripts have
 * optional columns this way. What is not chosen is not looked at.
 */
inline int OPT_time = 1;
inline int OPT_zone = 0;

BEGIN
{
	OPT_time ? printf("%-6s|", "TIME") : 1;
	OPT_zone ? printf("%-6s|", "ZONE") : 1;
	OPT_time && !OPT_zone ? printf("one\n") : printf("other\n");
	OPT_zone ? printf("a\n") : OPT_time ? printf("b\n") : printf("c\n");
	OPT_time ? @a = sum(3) : 1;
	OPT_zone ? trace(no_such_variable) : 1;
	exit(0);
}
