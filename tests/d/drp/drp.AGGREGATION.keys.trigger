"$build/tests/kernel/trigger" threads,1,40000
