BEGIN { printm(4, curthread); exit(0); }
