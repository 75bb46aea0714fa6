/* d-reference section 3, provider */
provider myprov9 { probe start(); };
