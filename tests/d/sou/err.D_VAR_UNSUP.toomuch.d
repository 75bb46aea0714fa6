self char a[16000];
self char b[16000];
self char c[16000];
self char d[16000];
BEGIN { self->a[0] = 1; exit(0); }
