BEGIN { printf("%k", jstack(0)); }
