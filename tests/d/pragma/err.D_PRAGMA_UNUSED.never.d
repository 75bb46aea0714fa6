#pragma D attributes Stable/Stable/Common never_defined
BEGIN
{
	
}
