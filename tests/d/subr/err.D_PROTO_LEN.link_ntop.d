BEGIN { trace(link_ntop(1)); exit(0); }
