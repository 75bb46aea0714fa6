BEGIN { trace(curthread->5); exit(0); }
