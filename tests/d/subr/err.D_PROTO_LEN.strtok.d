BEGIN { trace(strtok("a")); exit(0); }
