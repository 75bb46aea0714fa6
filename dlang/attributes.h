// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Stability attributes, d-reference §16.5: how far a name, what it means, and where it
// is so can be relied on. Weakest first.

#include <stdbool.h>

struct arena;

enum stability {
	STABILITY_INTERNAL, STABILITY_PRIVATE, STABILITY_OBSOLETE, STABILITY_EXTERNAL,
	STABILITY_UNSTABLE, STABILITY_EVOLVING, STABILITY_STABLE, STABILITY_STANDARD,
};

enum stability_class {
	CLASS_UNKNOWN, CLASS_CPU, CLASS_PLATFORM, CLASS_GROUP, CLASS_ISA, CLASS_COMMON,
};

struct attributes {
	enum stability name, data;
	enum stability_class class;
};

#define ATTRIBUTES(n, d, c) { STABILITY_##n, STABILITY_##d, CLASS_##c }

// The parts of a provider's interface that have attributes of their own.
enum attribute_field { ATTR_PROVIDER, ATTR_MODULE, ATTR_FUNCTION, ATTR_NAME, ATTR_ARGS, ATTR_N };

// "Evolving/Evolving/Common" to *a. False: it is none.
bool attributes_parse(const char *words, struct attributes *a);
const char *attributes_text(struct arena *arena, const struct attributes *a);
// "provider", "module" ...: ATTR_PROVIDER ..., or -1.
int attributes_field(const char *word);
// The weaker of each of the three.
struct attributes attributes_min(struct attributes a, struct attributes b);
// Whether any of the three is weaker than in least.
bool attributes_below(const struct attributes *a, const struct attributes *least);
// Of a description: the weakest of all fields but the arguments.
struct attributes attributes_description(const struct attributes fields[ATTR_N]);
