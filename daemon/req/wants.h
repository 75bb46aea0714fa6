// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Probes of processes: a worker has said which a request wants. The processes are
// checked, their places found, and the request goes to a worker again with the names.

#include "proto/dtraced.pb-c.h"

struct job;

// Takes the wants. The job goes on later, or has failed and is gone.
void wants_find(struct job *job, Dtraced__Wants *wants);
