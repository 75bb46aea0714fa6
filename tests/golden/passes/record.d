int n;
BEGIN /n > 3/ { printf("%d %s", n, "text"); exit(2); }
