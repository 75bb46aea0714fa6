#pragma D attributes Stable/Stable/Common provider p colour
provider p { probe q(); }; BEGIN { exit(0); }
