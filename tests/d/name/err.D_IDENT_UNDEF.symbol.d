BEGIN
{
	trace(`no_such_symbol_in_any_kernel);
}
