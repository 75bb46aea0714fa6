/* Whole structs: from the kernel, from one variable to another, by ?:, as elements. */
#pragma D option quiet
struct list_head lh; this struct list_head tl; self struct cred sc; struct timespec64 ts[int]; string names[4]; 
struct inner { short v[3]; struct { int z; } w; }; struct outer { struct inner in[3]; char tag; }; struct outer o; self struct outer so; this struct outer to;
BEGIN { lh = curthread->tasks; this->tl = lh; self->sc = *curthread->cred; i = 1;
 printf("%d %d %d\n", lh.next == curthread->tasks.next, this->tl.prev == curthread->tasks.prev, self->sc.uid.val == uid);
 o.in[i].v[i+1] = 12; o.in[2].w.z = 99; o.tag = 'z'; self->so = o; self->so.in[i].v[i+1] += 5; this->to = i ? self->so : o; this->to.in[i+1].w.z++;
 printf("%d %d %c | %d %d | %d %d\n", o.in[1].v[2], o.in[2].w.z, o.tag, self->so.in[1].v[2], self->so.in[i+1].w.z, this->to.in[1].v[2], this->to.in[2].w.z);
 names[1] = execname; names[i+1] = "two"; printf("%s %s %s.\n", names[1], names[2], names[3]); 
 trace(self->so.in[i].v[2]); trace((i == 1 ? o : self->so).in[1].v[2]); trace(names[i+1] == "two"); trace(strlen(names[2]));
 exit(0); }
