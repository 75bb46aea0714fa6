#pragma D option quiet

/* A unary operator creates the variable that it is in front of: flags are tested above where they are set. */
BEGIN
/!self->seen && !seen[pid, "a"] && !this->seen && !self->at[1]/
{
	printf("first\n");
	seen[pid, "a"] = 1;
	self->seen = 1;
	self->at[1] = -self->other;
}
BEGIN
/!self->seen || !seen[pid, "a"]/
{
	printf("not here\n");
}
BEGIN
/!seen[pid, "b"]/
{
	printf("%d %d\n", sizeof (self->seen), sizeof (seen[0, ""]));
	exit(0);
}
