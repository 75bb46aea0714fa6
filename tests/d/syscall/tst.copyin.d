#pragma D option quiet

/* Bytes of the caller, as characters, integers of any width and a structure. */
struct text { char first; char second; short third; int fourth; };
BEGIN
{
	printf("ready\n");
}
syscall::write:entry
/pid == $1 && arg2 == 8/
{
	this->c = (char *)copyin(arg1, arg2);
	printf("%c%c%c %d\n", this->c[0], this->c[1], this->c[7], arg2);
	printf("%x\n", *(uint64_t *)copyin(arg1, 8));
	printf("%x\n", *(uint16_t *)copyin(arg1 + 2, 2));
	this->t = (struct text *)copyin(arg1, sizeof (struct text));
	printf("%c %c %x %x\n", this->t->first, this->t->second, this->t->third, this->t->fourth);
	printf("%s\n", stringof(copyin(arg1, 8)));
}
syscall::exit_group:entry
/pid == $1/
{
	exit(0);
}
