#pragma D option quiet
/*
 * A provider may be defined again, if nothing changes: names of parameters and
 * spellings of types do not count. 32 arguments are possible.
 */
typedef struct info { int i_len; } info_t;
typedef struct raw { int r_len; } raw_t;

translator info_t < raw_t *R > { i_len = R->r_len; };

provider myprov {
	probe start(int);
	probe query__done(raw_t *r, unsigned int n) : (info_t *r, long n);
	probe many(int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int,
	    int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int);
};
provider myprov {
	probe many(int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int,
	    int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int);
	probe query__done(raw_t *q, unsigned count) : (info_t *q, signed long int count);
	probe start(signed x);
};

#pragma D attributes Evolving/Evolving/Common provider myprov provider
#pragma D attributes Private/Private/Unknown provider myprov module
#pragma D attributes Private/Private/Unknown provider myprov function
#pragma D attributes Evolving/Evolving/Common provider myprov name
#pragma D attributes Evolving/Evolving/Common provider myprov args

BEGIN
{
	printf("defined\n");
	exit(0);
}
