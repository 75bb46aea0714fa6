"$build/tests/kernel/trigger" getppid,2 lseek
