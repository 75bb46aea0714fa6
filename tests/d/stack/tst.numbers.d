/* Addresses that have no name are numbers; sym() and its like take 50 columns also when quiet. */
#pragma D option quiet
BEGIN
{
	sym(0x1234); printf("|"); mod(0x1234); printf("|"); func(0); printf("|");
	printf("%a %a %A %s|%10a|%-10a|\n", sym(0x12), 0x34, 0x56, mod(0x78), 0x9a, 0xbc);
	exit(0);
}
