BEGIN { trace(ddi_pathname(curthread)); exit(0); }
