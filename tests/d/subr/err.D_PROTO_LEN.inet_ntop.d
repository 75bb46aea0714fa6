BEGIN { trace(inet_ntop(2)); exit(0); }
