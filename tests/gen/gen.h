// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Random D programs, valid by construction and the same for the same seed:
// whole ones that are compiled and loaded, and ones in BEGIN with what they must
// print, computed by the rules of d-reference §4, §5 and §8.

#include <stdbool.h>
#include <stdint.h>

#include "dlang/base/sbuf.h"

// 0 .. n-1; n > 0.
uint32_t gen_pick(uint64_t *rng, uint32_t n);
bool gen_chance(uint64_t *rng, uint32_t percent);

// A whole program of any kind.
void gen_program(uint64_t seed, struct sbuf *out);

// A program that runs in BEGIN, and its output.
void gen_values(uint64_t seed, struct sbuf *program, struct sbuf *expected);

// ---- of gen_values(): the model --------------------------------------------

// What an expression gives: 64 bits in a register, and a type.
struct value {
	uint64_t v;
	uint8_t size;
	bool sgn;
};

enum { TEXT = 1024, MEMORY = 64 };

// An integer variable by its text in the program. bits: of a bit-field, else 0.
struct variable {
	const char *text;
	uint8_t size;
	bool sgn;
	uint8_t bits;
	bool writable;		// not while something that it takes part in is evaluated
	uint64_t v;
};

struct cells {
	int64_t sum, min, max;
	uint64_t n;
	bool any;
};

struct state {
	uint64_t v[64];		// of the variables
	char text[8][TEXT];	// of the string variables
	uint8_t memory[MEMORY];	// what this->p points to
};

struct maker {
	struct arena *arena;
	struct sbuf *out, *expected;
	uint64_t rng;
	struct variable *vars;
	uint32_t nvars;
	struct state now;
	uint32_t strsize;
	uint32_t dead;		// inside of what is not evaluated: nothing changes
	uint32_t pure;		// nothing with side effects
	uint32_t strings;	// that the clause may still make: scratch memory is limited
	bool pointer;		// this->p leads to memory in this clause
};

struct value value_int(int64_t v);
uint64_t value_cut(uint64_t v, uint8_t bits, bool sgn);
// Writes an integer expression.
struct value gen_expr(struct maker *m, int depth);
// Writes a string expression; text is what it gives. Never NULL.
void gen_string(struct maker *m, int depth, char *text);
// An integer expression about strings.
struct value gen_of_string(struct maker *m, int depth);
// An integer from 0 to max.
uint64_t gen_index(struct maker *m, uint32_t max);
void gen_literal(struct maker *m, const char *text);

extern const char *const gen_string_names[8];
