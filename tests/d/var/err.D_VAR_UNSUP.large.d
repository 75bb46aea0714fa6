int a[5000];
BEGIN { a[4999] = 3; exit(0); }
