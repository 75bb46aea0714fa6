// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The symbol worker's part of finding places (sym/places.h): all those in one file that
// are wanted. What it finds goes over the wire, where the core checks it (sym/place_wire.h).

#include "proto/dtraced.pb-c.h"

struct arena;
struct elf;

// e NULL: the file is none that can be read. debug (NULL: none) belongs to e. The answer is in the arena. 0, -ENOMEM, or -EBADMSG:
// what is asked makes no sense.
int place_search(const struct elf *e, const struct elf *debug, const Dtraced__PlaceAsk *ask,
	struct arena *a, Dtraced__PlaceAnswer *answer);
