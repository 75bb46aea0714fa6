int some_function(int);
BEGIN { some_function(1); exit(0); }
