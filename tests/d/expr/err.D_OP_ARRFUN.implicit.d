int a[4];
BEGIN { made = a; exit(0); }
