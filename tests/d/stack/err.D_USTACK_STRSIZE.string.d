BEGIN { jstack(1, "x"); }
