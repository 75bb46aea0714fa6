BEGIN { copyoutstr("a", 0, 4); exit(0); }
