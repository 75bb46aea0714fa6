BEGIN { trace(json("{}")); exit(0); }
