/* Without -p and -c, $target is 0. */
pid$target:libc::entry
{
}
