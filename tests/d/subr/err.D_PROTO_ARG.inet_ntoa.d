BEGIN { trace(inet_ntoa(12)); exit(0); }
