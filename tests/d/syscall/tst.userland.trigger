"$build/tests/kernel/trigger" write,1,abcdefgh
