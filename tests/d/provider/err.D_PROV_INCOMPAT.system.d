/* d-reference section 3, provider */
provider syscall { probe start(); };
