BEGIN { trace(memstr(curthread)); exit(0); }
