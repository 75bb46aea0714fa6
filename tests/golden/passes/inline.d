/* An argument that is always read, and more than once, is worked out once; one that need not be read stays where it is. */
int x;
inline int square[int a] = a * a;
inline int chosen[int a, int b] = a ? b * b : 0;

BEGIN
{
	trace(square[x + 1] + chosen[x + 2, x + 3] + square[x]);
}
