// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Probes as -l prints them.

#include "client/decode/schema.h"
#include "client/output/buf.h"

void list_header(struct outbuf *b);
void list_probe(struct outbuf *b, const struct probe *p);
// What -lv adds; unavailable: why the probe cannot fire, empty if it can.
// note: what is not exact about it, or empty.
void list_details(struct outbuf *b, const struct probe *p, const char *note);
// A provider of which no probe can fire, and why.
void list_unavailable(struct outbuf *b, const struct probe *p, const char *why);
// What -v says of one program: its name, and the least stability of its probes and statements.
void list_stability(struct outbuf *b, const struct schema *s, uint32_t program, const char *name);
