/*
 * §9.2 and §11.3: " %16lld" for eight bytes of any type, a key or traced. So an address of the kernel, such as caller, is negative
 * there; conversions go by the type. Keys are ordered as unsigned numbers.
 */
uintptr_t kernel;
uintptr_t user;

BEGIN
{
	kernel = 0xffffffff816d8f73;
	user = 0x55d0c0de1234;
	trace(kernel);
	printf(" %d %u %p %x", kernel, kernel, kernel, kernel);
	@[kernel] = count();
	@[user] = count();
	exit(sizeof (caller) == sizeof (kernel) && sizeof (ucaller) == 8 ? 0 : 1);
}
