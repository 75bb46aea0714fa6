/* Members that are strings and use the input twice: recorded, compared, as keys, passed on and assigned. */
#pragma D option quiet

typedef struct who { string name; char comm[16]; int up; struct who *parent; } who_t;
translator who_t < struct task_struct *T > {
	name = T->tgid ? stringof(T->comm) : "nobody";
	comm = T->comm;
	up = T->real_parent->tgid + T->tgid - T->tgid;
};
who_t unused;

BEGIN
/xlate <who_t *> (curthread->group_leader->group_leader)->name == execname &&
    xlate <who_t *> (curthread->group_leader->group_leader)->up == ppid/
{
	self->t = curthread;
	printf("%s|", xlate <who_t *> (self->t->group_leader->group_leader)->name);
	printf("%s|", strjoin(xlate <who_t *> (self->t->group_leader)->name, "!"));
	printf("%s|", xlate <who_t *> (self->t->group_leader)->comm);
	this->s = xlate <who_t *> (self->t->group_leader)->name;
	x[xlate <who_t *> (self->t->group_leader)->name] = strlen(xlate <who_t *> (self->t->group_leader)->name);
	@[xlate <who_t *> (self->t->group_leader)->name] = count();
	printf("%s %d\n", this->s, x["dtrace"]);
	printa("%s %@d\n", @);
	exit(0);
}
