/* astdump: -n 17 */
int*, syscall::open$1:entry /pid == $target/ { } foo_t v; uid_t { ustack(); } tick-1s
