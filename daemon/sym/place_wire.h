// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// What the symbol worker says of places: the core's check of them, and the reasons why
// something is not among them.

#include <stdbool.h>
#include <stddef.h>

#include "daemon/sym/places.h"
#include "daemon/util.h"
#include "proto/dtraced.pb-c.h"

// Why nothing was found for a want. What says more is later.
enum place_trouble {
	PLACE_OK,
	PLACE_NOT_ELF,
	PLACE_NARROW,		// for 32 bits
	PLACE_FOREIGN,		// another machine
	PLACE_NO_PROBES,	// of its own
	PLACE_STRIPPED,
	PLACE_EXPORTED,		// of its functions only the exported ones are known
	PLACE_PARTIAL,		// some are not: there are too many, or a table makes no sense
	PLACE_RESOLVER,
	PLACE_NO_FUNCTION,	// that the address is in
	PLACE_NO_SIZE,
	PLACE_BEYOND,
	PLACE_UNKNOWN,
	PLACE_INSIDE,
	PLACE_REFUSED,
	// What the core says.
	PLACE_UNREADABLE,	// the worker crashed
	PLACE_CLOSED,		// the file cannot be opened
	PLACE_FULL,
	PLACE_TROUBLES,
};

// Of a name, with the NUL.
enum { PLACE_STRING = 2048 };

// The sentence for a want of an object; not for PLACE_OK.
void place_trouble_say(enum place_trouble t, const struct place_want *w, const char *object,
	struct reason *why);

// As a pattern is shown: "*" for any.
const char *place_shown(const char *pattern);

// Whether a name is one for a list: no blanks, nothing that cannot be seen, not too long.
bool place_is_name(const char *s);

// Checks and copies one place, all but prov, mod, file, pid and args, which are the
// second result. wants: what it may be for. Strings are those of the message. False: it makes
// no sense.
bool place_unpack(const Dtraced__FoundPlace *m, uint64_t wants, struct place *p,
	struct place_arg args[PLACE_ARGS]);
