"$build/tests/kernel/trigger" "openat,1,/tmp/no such/file"
