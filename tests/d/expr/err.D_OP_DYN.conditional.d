BEGIN { 1 ? curpsinfo : curpsinfo; exit(0); }
