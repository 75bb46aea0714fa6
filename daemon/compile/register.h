// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The register of probes made on demand: which id each has, for all sessions.
// Workers name new ones; since they run side by side, two may take one id for
// different probes, and the later one has to compile again. What a worker says
// is checked for form only: a false name is useless, for the next worker that
// hears it makes nothing from it.

#include <stdint.h>

#include "proto/dtraced.pb-c.h"

// Beyond it, probes are not remembered: they work, and their ids are used again.
enum { REGISTER_MAX = 256 };

struct probe_register {
	Dtraced__ProbeInfo **known;	// n of them, owned
	uint32_t n;
	uint32_t next_id;
	uint32_t reserved;		// of REGISTER_RESERVE
};

// Ids from here on are of probes in processes, which no register holds.
enum { REGISTER_RESERVE = 1 << 24 };

// n ids in a row that no other probe has had for a long time: the first.
uint32_t register_reserve(struct probe_register *r, uint32_t n);

void register_deinit(struct probe_register *r);

enum { REGISTER_E_CONFLICT = 1 };

// Enters what a worker made that was told ids from first on. 0;
// REGISTER_E_CONFLICT: an id is taken by another probe (nothing was entered);
// -EBADMSG: not acceptable from any worker; -ENOMEM.
int register_enter(struct probe_register *r, uint32_t first, Dtraced__ProbeInfo *const *created,
	size_t n);
