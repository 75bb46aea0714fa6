BEGIN { trace(sx_exclusive_held(curthread)); exit(0); }
