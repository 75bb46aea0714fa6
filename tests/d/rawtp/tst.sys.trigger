"$build/tests/kernel/trigger" getppid,30
