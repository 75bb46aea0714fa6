// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Rows of an aggregation in Tables frames of about a megabyte, which announce
// more.

#include <stdint.h>

#include "daemon/session/tables.h"

struct conn;

// At least one frame, so that an empty aggregation is seen to be empty.
void send_rows(struct conn *c, uint32_t tag, uint64_t session, uint32_t agg, const struct rows *rows);
