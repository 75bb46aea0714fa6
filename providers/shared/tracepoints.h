// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Every tracepoint of the kernel to which BPF can attach, with the arguments that its code passes.

#include "providers/provider.h"

struct catalogue;

// Adds a probe of the provider for each. The module is the tracepoint's subsystem by tracefs, or vmlinux for those that
// have no event there. Without BTF the provider is noted as unavailable.
void tracepoints_add(struct catalogue *c, const char *provider, const struct provider_env *env);
