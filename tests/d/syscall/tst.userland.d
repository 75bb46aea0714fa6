#pragma D option quiet

/* What a userland pointer leads to is read as copyin() reads it: elements, members, whole structures. */
struct text { char first; char second; short third; int fourth; };
struct name { char skipped[2]; char n[3]; };
struct text whole;
BEGIN
{
	printf("ready\n");
}
syscall::write:entry
/pid == $1 && arg2 == 8/
{
	this->c = (userland char *)arg1;
	printf("%c%c%c\n", *this->c, this->c[1], *(this->c + 7));
	printf("%x\n", *(userland uint64_t *)arg1);
	this->t = (userland struct text *)arg1;
	printf("%c %c %x %x\n", this->t->first, this->t->second, this->t->third, this->t->fourth);
	whole = *this->t;
	printf("%x\n", whole.fourth);
	printf("%s %s\n", stringof(this->c + 5), stringof(((userland struct name *)arg1)->n));
}
syscall::exit_group:entry
/pid == $1/
{
	exit(0);
}
