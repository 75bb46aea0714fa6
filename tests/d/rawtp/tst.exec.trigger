"$build/tests/kernel/trigger" exec
