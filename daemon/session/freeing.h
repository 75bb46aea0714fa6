// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Freeing the entries of a table while programs use it, so that no update is
// lost:
//
//   table_leave()          no program finds the entries any more
//   (all programs that were running are gone)
//   table_take()           reads them for the last time and frees them
//   (again)                nobody is in the overflow hash who came before
//   table_take_overflow()  the same for keys that the table has room for now
//
// Snapshots see an entry until it is taken. Programs may make a second entry for
// a key whose first one is leaving.

#include <stdbool.h>

#include "daemon/session/tables.h"

void table_leave(const struct table_source *s);

// Adds the entries that are leaving to rows, which have been initialised, and
// frees them; also the one entry of a table without keys. 0; or -ENOMEM with
// nothing freed.
int table_take(const struct table_source *s, struct rows *rows);

// Takes table_leave() back.
void table_return(const struct table_source *s);

bool table_overflows(const struct table_source *s);

// What became of keys of the overflow hash for which a table is full, so that
// programs may be using them.
struct overflow_busy {
	bool force;		// take them too
	uint64_t left;		// were not taken
	uint64_t lost;		// were taken; an update may have been lost
};

// Takes one batch of keys out of the overflow hash. 1: there may be more, 0: this
// was the last batch, or a negative errno.
int table_take_overflow(const struct table_source *s, struct overflow_reader *o, struct rows *rows,
	struct overflow_busy *busy);
