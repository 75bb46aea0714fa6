"$build/tests/kernel/trigger" exec,1,/bin/true exec,1,/none
