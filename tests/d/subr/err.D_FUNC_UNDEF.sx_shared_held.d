BEGIN { sx_shared_held(curthread); exit(0); }
