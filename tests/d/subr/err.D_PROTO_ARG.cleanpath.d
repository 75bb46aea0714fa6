BEGIN { trace(cleanpath(pid)); exit(0); }
