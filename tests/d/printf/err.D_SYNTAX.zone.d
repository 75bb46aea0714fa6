BEGIN { printf("%Z", 1); exit(0); }
