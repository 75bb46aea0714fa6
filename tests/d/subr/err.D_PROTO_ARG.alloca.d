BEGIN { alloca("a"); exit(0); }
