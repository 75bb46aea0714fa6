// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Policy files. Whatever is taken is whole: each binding has a role, and root is not locked out.

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "daemon/log.h"
#include "daemon/policy/policy_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_policy(struct policy *p)
{
	struct peer peer = { .userns = PEER_USERNS_OURS }, other = { .uid = 1000, .gid = 100 };
	struct reason why;

	policy_bind(p, &peer);
	assert(policy_check(&peer, RIGHT_FREEZE, &why) == VERDICT_ALLOW);
	peer_deinit(&peer);
	policy_bind(p, &other);
	assert(policy_check(&other, RIGHT_TRACE, &why) == VERDICT_ALLOW || *why.text);
	peer_deinit(&other);
	for (uint32_t i = 0; i < p->nbindings; i++)
		assert(p->bindings[i].role && p->bindings[i].role->classes);
	for (uint32_t i = 0; i < p->nroles; i++) {
		for (unsigned k = 0; k < LIMIT_N; k++) {
			uint64_t n = p->roles[i]->limits[k];

			assert((n >= limit_row(k)->min && n <= limit_row(k)->max) ||
				(limit_row(k)->unit == UNIT_MS && n == LIMIT_UNLIMITED));
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct policy *p;
	struct reason why = { "" };
	char *text = malloc(size + 1);
	int r;

	log_level = LOG_LEVEL_ERROR;
	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	r = policy_parse(&p, "fuzz.json", text, size, &why);
	free(text);
	if (r == 0) {
		check_policy(p);
		assert(p->refs == 1);
		policy_unref(p);
	} else {
		assert(r == -ENOMEM || *why.text);
	}
	return 0;
}
