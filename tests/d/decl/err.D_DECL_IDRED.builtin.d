int pid;
BEGIN
{
	
}
