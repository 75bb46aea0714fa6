#pragma D option quiet

enum level { LOW = 3, HIGH };
BEGIN
{
	printf("%d %x %u\n", HIGH, LOW, LOW);
	e = (enum level)4;
	printf("%d\n", e);
	exit(0);
}
