BEGIN { trace(getf()); exit(0); }
