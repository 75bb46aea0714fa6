int x, y;
BEGIN { @ = count(); @s[x, "key"] = sum(y); }
END { @q = quantize(x); }
