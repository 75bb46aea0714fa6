"$build/tests/kernel/trigger" getppid spin,1,30 getppid sleep,1,50 getppid
