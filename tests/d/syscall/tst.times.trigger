"$build/tests/kernel/trigger" getppid,100
