/* What is stated further down holds, too. */
inline int two = 2;
#pragma D attributes Evolving/Stable/Common two

BEGIN
{
	trace(two);
}
