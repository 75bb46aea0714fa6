// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The audit of sessions: who starts which program, and how it ends.

struct session;

// Before it starts. 0; a negative errno if there is a journal that does not take the record.
int audited_start(struct session *s);

// Once after that: it has ended, or it goes.
void audited_end(struct session *s);
