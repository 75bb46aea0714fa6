#pragma D binding "1.5" nowhere
BEGIN { exit(0); }
