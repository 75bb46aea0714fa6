BEGIN { print(curpsinfo); exit(0); }
