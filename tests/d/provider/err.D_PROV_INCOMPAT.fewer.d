/* d-reference section 3, provider */
provider myprov { probe start(int); probe done(); };
provider myprov { probe start(int); };
