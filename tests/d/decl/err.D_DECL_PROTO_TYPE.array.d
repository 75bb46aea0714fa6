int x[int[4]];
BEGIN { exit(0); }
