#pragma D option quiet

/* §11.1: quiet has no header, no prefix, no newline and no padding. */
BEGIN
{
	trace((char)1);
	trace((short)2);
	trace(3);
	trace((int64_t)4);
	trace("five");
	trace((unsigned char)255);
	trace((int64_t)-1);
	trace("\n");
}
BEGIN
{
	trace(6);
	exit(0);
}
