#!/usr/sbin/dtrace -qs
#pragma D option quiet
BEGIN
{
	printf("one\n");
#! a line like this is left out anywhere
	printf("two\n");
	exit(0);
}
