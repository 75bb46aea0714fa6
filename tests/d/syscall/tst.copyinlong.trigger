"$build/tests/kernel/trigger" write,1,0123456789abcdef0123456789abcdef01234567
