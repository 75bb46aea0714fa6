#pragma D option quiet

/* The name of the process is in the kernel's memory as an array of char. */
BEGIN
{
	printf("%s %s\n", stringof(curthread->comm), (string)curthread->comm);
	printf("%d %d\n", stringof(curthread->comm) == execname, curthread->comm == execname);
	printf("%d\n", strlen(stringof(&curthread->comm[2])));
	exit(0);
}
