BEGIN { alloca(); exit(0); }
