struct in { int a; };
struct out { int x; int y; };
translator struct out < struct in *I > { x = I->a; };
BEGIN
{
	trace(xlate <struct out> ((struct in *)8).y);
}
