BEGIN { trace((uintptr_t)mutex_owner(curthread)); exit(0); }
