BEGIN { trace(progenyof("1")); exit(0); }
