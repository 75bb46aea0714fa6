BEGIN { trace(`__start_rodata); exit(0); }
