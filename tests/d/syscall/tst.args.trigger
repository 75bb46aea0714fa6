"$build/tests/kernel/trigger" getppid
