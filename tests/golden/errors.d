#pragma D optoin quiet
int x = 5;
string s[int;
struct foo { int a; int; short char c; };
// not a comment here
syscall::read:entry:oops
/ x == 1
{
	trace(1);
}

BEGIN
{
	x = 1
	y = (2;
	for (i = 0; i < 10; i++) {
		z;
	}
	printf("unterminated);
	;v = 0x1g + 09 + 99999999999999999999 + 1.5;
	counter = $9;
	if (x
syscall::write:entry
{
	@[x] = count(;
}
END { trace('a string'); 
