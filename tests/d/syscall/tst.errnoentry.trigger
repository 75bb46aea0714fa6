"$build/tests/kernel/trigger" close,3 openat,2 close,1
