BEGIN { trace(progenyof()); exit(0); }
