enum shade { DARK, LIGHT };
enum shade s;
BEGIN { LIGHT2 = 1; }
enum tone { LIGHT2 = 3 };
enum tone t;
BEGIN /t == LIGHT2/ { exit(0); }
