#pragma D binding "1.5"
BEGIN { exit(0); }
