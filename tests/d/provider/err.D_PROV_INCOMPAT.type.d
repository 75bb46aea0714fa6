/* d-reference section 3, provider */
provider myprov { probe start(int); };
provider myprov { probe start(char *); };
