BEGIN { trace(uregs[1, 2]); exit(0); }
