/* §11.1, §11.3: the prefix, then " %3d", " %5d", " %8d", " %16lld"; strings "  %-33s". */
BEGIN
{
	trace((char)1);
	trace((short)2);
	trace(3);
	trace((int64_t)4);
}
BEGIN
{
	trace((unsigned char)255);
	trace((unsigned short)65535);
	trace(-3);
	trace((int64_t)-4);
}
BEGIN
{
	trace("string");
	trace(1);
	trace("");
	trace(2);
	exit(0);
}
