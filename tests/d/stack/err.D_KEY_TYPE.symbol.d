BEGIN { x[usym(1)] = 1; }
