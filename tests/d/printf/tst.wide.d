#pragma D option quiet

/* §10: wide characters and arrays of them. */
struct w { int w[4]; };
BEGIN
{
	this->w = (struct w *)alloca(16);
	this->w->w[0] = 65;
	this->w->w[1] = 66;
	this->w->w[2] = 0;
	printf("[%ws] [%ls] [%wc] [%lc] [%4ws]\n", this->w->w, this->w->w, 67, 68, this->w->w);
	exit(0);
}
