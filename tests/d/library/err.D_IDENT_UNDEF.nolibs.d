/* Without libraries their names are unknown. */
BEGIN { trace(SIGKILL); exit(0); }
