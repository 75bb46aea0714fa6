// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What a compile produced, as messages. The core gets the object; the client
// gets the schema, packed already, since the core has no business in it.
// Everything is made in the arena and may point into the compile's results.

#include <stdbool.h>

#include "proto/dtraced.pb-c.h"

struct arena;
struct btf;
struct dlang_env;
struct dlang_result;
struct object;
struct probe;
struct sources;
struct symbol_source;
struct types;

// symbols, of symbols_read(), tell where functions of the kernel are; NULL: nothing does.
Dtraced__Object *object_to_wire(struct arena *a, const struct object *o, const struct sources *s,
	const struct symbol_source *symbols);

// types NULL: names only, no argument types and attributes.
Dtraced__ProbeInfo *probe_to_wire(struct arena *a, struct types *types, const struct probe *p);

// with_probes: probes carry their argument types and attributes.
ProtobufCBinaryData schema_to_wire(const struct dlang_env *env, const struct object *o,
	bool with_probes);

// The diagnostics of a compile that failed, with places and excerpts.
Dtraced__Failure *diags_to_wire(struct arena *a, const struct dlang_result *res, uint32_t ntexts);
