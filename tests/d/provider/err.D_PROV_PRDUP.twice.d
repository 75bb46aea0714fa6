/* d-reference section 3, provider */
provider myprov { probe start__now(); probe start__now(int); };
