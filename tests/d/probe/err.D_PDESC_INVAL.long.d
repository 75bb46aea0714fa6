/* A provider has at most 63 characters. */
pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp:::entry
{
}
