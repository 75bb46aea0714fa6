BEGIN { trace(msgdsize(curthread)); exit(0); }
