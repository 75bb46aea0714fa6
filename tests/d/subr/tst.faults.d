#pragma D option quiet

BEGIN { this->p = (int *)alloca(16); this->p[400] = 1; printf("not here\n"); }
BEGIN { this->p = (int *)alloca(16); i = -100; this->p[i] = 1; printf("not here\n"); }
BEGIN { this->p = (int *)alloca(16); printf("%d not here\n", this->p[5000]); }
BEGIN { p = (int *)0x1234; *p = 1; printf("not here\n"); }
BEGIN { printf("%d not here\n", strlen(NULL)); }
BEGIN { s = strchr("a", 'b'); printf("%s not here\n", basename(s)); }
BEGIN { printf("%s not here\n", inet_ntop(3, alloca(16))); }
BEGIN { printf("%s not here\n", link_ntop(7, alloca(16))); }
BEGIN { printf("%s not here\n", inet_ntoa((void *)8)); }
BEGIN { i = 1; printf("%d not here\n", strtoll("1", i)); }
BEGIN { i = 100000; this->p = (int *)alloca(i); printf("not here\n"); }
BEGIN { bcopy(curthread, (void *)0x1234, 4); printf("not here\n"); }
BEGIN { copyinto(8, 4, alloca(8)); printf("not here\n"); }
BEGIN { s = "0123456789abcdef"; s = strjoin(s, s); s = strjoin(s, s); s = strjoin(s, s); s = strjoin(s, s); printf("not here\n"); }
BEGIN { exit(0); }
ERROR { printf("fault %d\n", arg4); }
