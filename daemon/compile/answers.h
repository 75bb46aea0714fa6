// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Probes of processes, as messages: what a worker asks of the core, and what the next
// worker gets for it.

#include <stdint.h>

#include "proto/dtraced.pb-c.h"

struct arena;
struct catalogue;

// Makes the probes that were found; how many. The message lives as long as the catalogue.
uint32_t answers_take(struct catalogue *c, struct arena *a, const Dtraced__Places *places);

// The reply is what the catalogue's descriptions want.
void answers_ask(const struct catalogue *c, struct arena *a, Dtraced__WorkerReply *reply);
