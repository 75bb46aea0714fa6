// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Stable providers come from files (stable/*.d), which the compiler reads; this
// is the way of what it finds into the catalogue.

#include "dlang/probe.h"

struct catalogue;

struct process_owner;
struct stable_publisher;

// In the catalogue's memory.
struct stable_publisher *stable_publisher_new(struct catalogue *c);
// For the probes of a process, in its layer.
struct stable_publisher *stable_publisher_of(struct catalogue *c, const struct process_owner *of);
struct probe_sink stable_sink(struct stable_publisher *p);
