BEGIN { trace(uregs[1000]); exit(0); }
