BEGIN { trace(sizeof(nosuch`struct nosuch_device)); exit(0); }
