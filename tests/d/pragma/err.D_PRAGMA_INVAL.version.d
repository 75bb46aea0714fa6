#pragma D binding "1.x" y
int y; BEGIN { exit(0); }
