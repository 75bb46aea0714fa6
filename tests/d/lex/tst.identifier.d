#pragma D option quiet

int _a, B9, __long_name_with_many_characters_in_it_0123456789_and_so_on;
BEGIN
{
	_a = 1;
	B9 = 2;
	__long_name_with_many_characters_in_it_0123456789_and_so_on = 3;
	b9 = 4;
	printf("%d %d %d %d\n", _a, B9, __long_name_with_many_characters_in_it_0123456789_and_so_on, b9);
	exit(0);
}
