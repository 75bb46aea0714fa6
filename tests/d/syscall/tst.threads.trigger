"$build/tests/kernel/trigger" threads,1,5000
