int n;
BEGIN { if (n) { trace(1); } else if (n == 2) { n++; } else { trace("x"); } }
