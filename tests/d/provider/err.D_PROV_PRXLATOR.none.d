/* d-reference section 3, provider */
typedef struct info { int i_len; } info_t;
provider myprov { probe start(int len) : (info_t *len); };
