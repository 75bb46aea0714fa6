"$build/tests/kernel/trigger" getppid,5
