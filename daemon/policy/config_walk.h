// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The walk over a JSON text that json-c has accepted: the line of each key, and
// no key twice in one object.

struct config;

// Fills in c->places. 0; -EINVAL with c->why; -ENOMEM.
int config_walk(struct config *c, const char *text);
