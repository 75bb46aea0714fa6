"$build/tests/kernel/trigger" write
