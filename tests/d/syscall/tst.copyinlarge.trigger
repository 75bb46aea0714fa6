"$build/tests/kernel/trigger" write,1,$(printf %06000d 7) write,1,abc
