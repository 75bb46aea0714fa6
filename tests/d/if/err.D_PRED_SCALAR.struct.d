BEGIN
{
	if (curthread->se)
		trace(1);
}
