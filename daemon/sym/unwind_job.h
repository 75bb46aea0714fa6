// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The symbol worker's job of making an unwind table.

#include "daemon/sym/sym.h"
#include "daemon/sym/unwind_build.h"

// Exactly one call per job that was not cancelled, from the event base. Either a
// table, which lives during the call; or error, a negative errno: -ENODATA, the
// file has none; -ENOEXEC, it is no ELF file of this machine; or another.
typedef void syms_unwind_fn(void *arg, const struct unwind_table *t, int error);

// Asks for the table of a file, or of what else can be read by its fd, which is
// taken. 0: *jobp is valid until done or syms_cancel(). -ENOMEM.
int syms_unwind(struct syms *s, int fd, syms_unwind_fn *done, void *arg, struct syms_job **jobp);
