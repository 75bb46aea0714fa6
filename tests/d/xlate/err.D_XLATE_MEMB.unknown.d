struct in { int a; };
struct out { int x; int y; };
translator struct out < struct in *I > { z = I->a; };
BEGIN
{
	
}
