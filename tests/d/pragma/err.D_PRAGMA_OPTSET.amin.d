#pragma D option amin=Great/Great/Common
BEGIN { exit(0); }
