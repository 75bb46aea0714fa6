struct in { int a; };
struct out { int x; int y; };
translator struct out < struct in *I > { x = I->a; };
translator struct out < struct in *I > { y = I->a; };
BEGIN
{
	
}
