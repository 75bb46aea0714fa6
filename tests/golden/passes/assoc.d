int a[int]; 
BEGIN { a[3] = 7; a[4] += a[3]; trace(a[5] % a[3]); }
ERROR { trace(arg4); }
