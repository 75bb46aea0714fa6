BEGIN { trace(cleanpath()); exit(0); }
