BEGIN { ((struct task_struct *)curthread)->pid = 1; exit(0); }
