BEGIN { sx_isexclusive(curthread); exit(0); }
