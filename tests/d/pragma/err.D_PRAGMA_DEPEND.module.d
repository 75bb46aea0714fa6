#pragma D depends_on module vmlinux
#pragma D depends_on module nosuch
BEGIN
{
}
