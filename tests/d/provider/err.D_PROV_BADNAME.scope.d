/* d-reference section 3, provider */
provider a`b { probe start(); };
