taskset -c 0 "$build/tests/kernel/trigger" getppid,2
