#pragma D option quiet

/* The classic widths and signs: 4 and 8 bytes print signed. */
BEGIN
{
	trace((uint32_t)7); trace(" ");
	trace((uint64_t)8); trace(" ");
	trace(0x7fffffff); trace(" ");
	trace(9223372036854775807); trace("\n");
	exit(0);
}
