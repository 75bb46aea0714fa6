"$build/tests/kernel/trigger" read,100,17 read,50,4096
