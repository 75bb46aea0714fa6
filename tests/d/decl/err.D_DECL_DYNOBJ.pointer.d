int (*p)[int, string];
BEGIN { exit(0); }
