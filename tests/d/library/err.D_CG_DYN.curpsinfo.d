BEGIN { printf("%p", curpsinfo); exit(0); }
