BEGIN { trace(memref(curthread)); exit(0); }
