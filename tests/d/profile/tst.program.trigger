"$build/tests/kernel/trigger" spin,1,200
