struct s { int a[2]; };
self struct s x;
BEGIN { trace(self->x.a[-1]); exit(0); }
