// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Another policy while the daemon runs: it is read again, and everybody who is
// connected and all that runs is judged anew. One with a mistake changes nothing.

struct policy_source;
struct server;

void reload_policy(struct server *s, const struct policy_source *source);
