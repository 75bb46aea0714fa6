/* d-reference section 3, provider */
provider pppppppppppppppppppppppppppppppppppppppppppppppppppppp { probe start(); };
