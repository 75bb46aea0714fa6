// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The processes behind the control socket, in three generations that share one
// memory image:
//
//   keeper   reads the kernel, goes to jail, forks a zygote and waits. When the
//            zygote dies it forks another one, at most one a second.
//   zygote   takes jobs from the control socket, forks a worker for each, tells
//            the core how each ended.
//   worker   worker.h
//
// Each dies with its parent; the keeper ends when the core closes the socket.

#include <stdbool.h>

// For a process that was just forked. Never returns.
void __attribute__((noreturn)) keeper_main(int control, const char *providers, bool verbose);
