BEGIN { trace(inet_ntoa()); exit(0); }
