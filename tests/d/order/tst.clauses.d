#pragma D option quiet

/* §2: clauses on one probe run in program order, each with its own predicate; a variable set by one is seen by the next. */
BEGIN { a = 1; }
BEGIN /a == 1/ { a = 2; }
BEGIN /a == 1/ { a = 100; }
BEGIN /a == 2/ { a = 3; }
:::BEGIN /a == 3/ { a = 4; }
dtrace::: /probename == "BEGIN" && a == 4/ { a = 5; }
BEGIN { printf("%d\n", a); exit(0); }
