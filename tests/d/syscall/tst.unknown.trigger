"$build/tests/kernel/trigger" unknown,3 getppid,2 openat,3
