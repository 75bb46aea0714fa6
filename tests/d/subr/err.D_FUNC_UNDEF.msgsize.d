BEGIN { trace(msgsize(curthread)); exit(0); }
