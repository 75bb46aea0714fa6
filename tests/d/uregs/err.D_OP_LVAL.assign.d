BEGIN { uregs[R_PC] = 0; exit(0); }
