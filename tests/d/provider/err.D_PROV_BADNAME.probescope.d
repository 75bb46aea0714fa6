/* d-reference section 3, provider */
provider p { probe a`b(); };
