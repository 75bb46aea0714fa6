#pragma D option quiet

/* Keys of every kind, up to eight of them. */
int deep[int, int, int, int, int, int, int, int];
string name[string, int8_t, uint64_t];
BEGIN
{
	deep[1, 2, 3, 4, 5, 6, 7, 8] = 9;
	deep[1, 2, 3, 4, 5, 6, 7, 9] = 10;
	printf("%d %d %d\n", deep[1, 2, 3, 4, 5, 6, 7, 8], deep[1, 2, 3, 4, 5, 6, 7, 9],
	    deep[0, 2, 3, 4, 5, 6, 7, 8]);
	name["k", -1, 0xffffffffffffffff] = "v";
	printf("%s [%s]\n", name["k", -1, -1], name["k", -1, 1]);
	printf("[%s]\n", name["kk", -1, -1]);
	t["a"] = 1;
	t["ab"] = 2;
	t[""] = 3;
	k = "a";
	printf("%d %d %d %d\n", t[k], t[strjoin(k, "b")], t[""], t["b"]);
	exit(0);
}
