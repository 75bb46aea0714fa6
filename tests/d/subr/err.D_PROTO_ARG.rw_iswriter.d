BEGIN { trace(rw_iswriter(curthread)); exit(0); }
