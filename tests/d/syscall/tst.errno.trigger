"$build/tests/kernel/trigger" openat,1,/none/such openat,1,/dev/null/x close,1,77 badwrite openat
