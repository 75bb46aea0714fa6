BEGIN { trace(`no_such_symbol_at_all); exit(0); }
