// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Random cases for the subroutines about numbers, addresses and memory, as a D
// program and what it must print, which libc says: numbers SEED CASES PROGRAM
// EXPECTED.

#include <arpa/inet.h>
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t rnd(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

// Often with many zeros or ones, as addresses have.
static uint64_t random_word(uint64_t *state)
{
	uint64_t w = rnd(state), mask = 0;

	for (int i = 0; i < 4; i++)
		mask |= rnd(state) % 2 ? 0xffffull << (16 * i) : 0;
	switch (rnd(state) % 5) {
	case 0: return w;
	case 1: return w & mask;
	case 2: return w | mask;
	case 3: return mask;
	default: return htobe64(0xffff00000000 | (w & 0xffffffff));
	}
}

static void put_order(FILE *program, FILE *expected, uint64_t w)
{
	fprintf(program, "BEGIN { this->w = (uint64_t)0x%" PRIx64 "; printf(\"%%x %%x %%x\", htons(this->w), htonl(this->w), "
		"htonll(this->w)); printf(\" %%x %%x %%x\", ntohs(this->w), ntohl(this->w), ntohll(this->w)); "
		"printf(\" %%d %%d\\n\", getmajor(this->w), getminor(this->w)); }\n", w);
	for (int i = 0; i < 2; i++)
		fprintf(expected, "%s%x %x %" PRIx64, i ? " " : "", htobe16((uint16_t)w), htobe32((uint32_t)w), htobe64(w));
	fprintf(expected, " %u %u\n", (uint32_t)w >> 20, (uint32_t)w & 0xfffff);	// the kernel's dev_t
}

static void put_link(FILE *f, const uint8_t *b, int n)
{
	for (int i = 0; i < n; i++)
		fprintf(f, "%s%02x", i ? ":" : "", b[i]);
}

static void put_addresses(FILE *program, FILE *expected, const uint64_t *w)
{
	char four[INET_ADDRSTRLEN], six[INET6_ADDRSTRLEN];

	fputs("BEGIN { this->p = (uint64_t *)alloca(24);", program);
	for (int i = 0; i < 3; i++)
		fprintf(program, " this->p[%d] = 0x%" PRIx64 ";", i, w[i]);
	fputs(" printf(\"%s %s\", inet_ntoa(this->p), inet_ntoa6(this->p)); "
	      "printf(\" %s %s\", inet_ntop(AF_INET, this->p), inet_ntop(AF_INET6, this->p)); "
	      "printf(\" %s %s\\n\", link_ntop(1, this->p), link_ntop(32, this->p)); }\n", program);
	inet_ntop(AF_INET, w, four, sizeof four);
	inet_ntop(AF_INET6, w, six, sizeof six);
	fprintf(expected, "%s %s %s %s ", four, six, four, six);
	put_link(expected, (const uint8_t *)w, 6);
	putc(' ', expected);
	put_link(expected, (const uint8_t *)w, 20);
	putc('\n', expected);
}

// bcopy() of n bytes, known when compiling or not, over memory of ones.
static void put_copy(FILE *program, FILE *expected, const uint64_t *w, uint32_t n, int known)
{
	uint64_t out[3] = { UINT64_MAX, UINT64_MAX, UINT64_MAX };
	char size[16] = "this->n";

	if (known)
		snprintf(size, sizeof size, "%u", n);
	fprintf(program, "BEGIN { this->n = %u; this->p = (uint64_t *)alloca(24); this->q = (uint64_t *)alloca(24);", n);
	for (int i = 0; i < 3; i++)
		fprintf(program, " this->p[%d] = 0x%" PRIx64 "; this->q[%d] = (uint64_t)-1;", i, w[i], i);
	fprintf(program, " bcopy(this->p, this->q, %s); printf(\"%%x %%x %%x\\n\", this->q[0], this->q[1], this->q[2]); }\n",
		size);
	memcpy(out, w, n);
	fprintf(expected, "%" PRIx64 " %" PRIx64 " %" PRIx64 "\n", out[0], out[1], out[2]);
}

int main(int argc, char **argv)
{
	FILE *program, *expected;
	uint64_t state;

	if (argc != 5)
		return 2;
	state = strtoull(argv[1], NULL, 10) * 2654435761u + 88172645463325252ull;
	program = fopen(argv[3], "w");
	expected = fopen(argv[4], "w");
	if (!program || !expected)
		return 2;
	fputs("#pragma D option quiet\n", program);
	for (int i = 0; i < atoi(argv[2]); i++) {
		uint64_t w[3] = { random_word(&state), random_word(&state), random_word(&state) };

		switch (rnd(&state) % 3) {
		case 0: put_order(program, expected, w[0]); break;
		case 1: put_addresses(program, expected, w); break;
		default: put_copy(program, expected, w, 1 + (uint32_t)(rnd(&state) % 24), rnd(&state) % 2 == 0);
		}
	}
	fputs("BEGIN { exit(0); }\n", program);
	return fclose(program) || fclose(expected);
}
