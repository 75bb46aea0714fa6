#pragma D option quiet
int zero;
BEGIN { x = 1 / zero; }
BEGIN { x = 1 / zero; }
BEGIN { exit(0); }
ERROR { x = 1 / zero; }
