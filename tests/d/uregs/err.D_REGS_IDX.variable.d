BEGIN { i = R_PC; trace(uregs[i]); exit(0); }
