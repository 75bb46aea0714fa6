BEGIN { trace(rw_read_held()); exit(0); }
