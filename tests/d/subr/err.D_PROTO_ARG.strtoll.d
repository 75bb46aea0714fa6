BEGIN { trace(strtoll(12)); exit(0); }
