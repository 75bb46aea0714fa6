BEGIN { trace(d_path()); exit(0); }
