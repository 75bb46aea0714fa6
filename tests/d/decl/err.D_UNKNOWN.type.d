#pragma D option zdefs
no_such_type x;
no_such_type_t *y;
BEGIN { exit(0); }
