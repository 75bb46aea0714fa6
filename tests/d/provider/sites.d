/* The probes of sites.c. */
typedef struct request {
	int r_id;
} request_t;

enum color { RED, GREEN };

provider test_sites {
	probe start();
	probe query__done(char *, int, bool);
	probe all(char, short, int, long, unsigned char, unsigned short, unsigned int, unsigned long,
	    const char *, request_t *, int64_t, uint8_t);
	probe typed(enum color, pid_t, size_t, string, void *, long long);
	probe many(int, int, int, int, int, int, int, int, int, int, int, int, int, int);
};

#pragma D attributes Evolving/Evolving/Common provider test_sites provider
#pragma D attributes Private/Private/Unknown provider test_sites module
#pragma D attributes Private/Private/Unknown provider test_sites function
#pragma D attributes Evolving/Evolving/Common provider test_sites name
#pragma D attributes Evolving/Evolving/Common provider test_sites args
