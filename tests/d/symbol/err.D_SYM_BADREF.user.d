BEGIN { trace(``main); exit(0); }
