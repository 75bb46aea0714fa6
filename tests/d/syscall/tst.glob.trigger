"$build/tests/kernel/trigger" getppid,3 lseek,2 read,1,1
