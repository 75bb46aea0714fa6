#pragma D option
BEGIN
{
	
}
