"$build/tests/kernel/trigger" fork,3,0 fork,4,9
