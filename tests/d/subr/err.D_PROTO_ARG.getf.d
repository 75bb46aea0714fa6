BEGIN { trace(getf("0")); exit(0); }
