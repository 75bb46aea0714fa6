BEGIN { trace(getmajor()); exit(0); }
