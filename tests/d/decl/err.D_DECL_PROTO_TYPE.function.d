inline int f[int g(int)] = 1;
BEGIN { exit(0); }
