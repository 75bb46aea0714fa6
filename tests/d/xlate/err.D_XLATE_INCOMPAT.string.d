struct in { int a; };
struct out { int x; int y; };
translator struct out < struct in *I > { x = "text"; };
BEGIN
{
	
}
