BEGIN { trace(mutex_owned()); exit(0); }
