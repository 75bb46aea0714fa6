BEGIN { trace(json("{}", 1)); exit(0); }
