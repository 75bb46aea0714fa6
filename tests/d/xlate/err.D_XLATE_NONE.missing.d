struct in { int a; };
struct out { int x; int y; };
BEGIN
{
	trace(xlate <struct out> ((struct in *)8).x);
}
