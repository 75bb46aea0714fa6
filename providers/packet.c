// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// packet:::in and packet:::out: IP packets as sockets of any network namespace
// receive and send them, each once, whatever devices they cross. The stable
// providers tcp and udp are made of them. What is not for a socket (forwarded,
// to a closed port, in TIME_WAIT) does not come here.
//   args[0]  the struct sk_buff; its sk is the full socket that receives or sends
//   args[1]  the protocol of that (IPPROTO_TCP ...); a test of it costs next to nothing
//   args[2]  its type: 1 stream, 2 datagram, 3 raw
// It fires in interrupts too: current has nothing to do with the packet.

#include "providers/catalogue.h"

static const struct probe_arg packet_args[] = {
	{ .source = { .kind = ARG_PACKET }, .ctype = "struct sk_buff *" },
	{ .source = { .kind = ARG_PACKET_SOCK }, .ctype = "int" },
	{ .source = { .kind = ARG_PACKET_SOCK, .a = 1 }, .ctype = "int" },
};

static void packet_init(struct catalogue *c, const struct provider_env *env)
{
	static const struct {
		const char *name;
		enum hook_kind kind;
	} probes[] = { { "in", HOOK_PACKET_IN }, { "out", HOOK_PACKET_OUT } };

	if (!env->btf || env->no_packets) {
		catalogue_unavailable(c, "packet", env->btf ? env->no_packets :
			"the kernel has no BTF (CONFIG_DEBUG_INFO_BTF)");
		return;
	}
	for (size_t i = 0; i < sizeof probes / sizeof *probes; i++)
		catalogue_add(c, (struct probe){
			.prov = "packet",
			.name = probes[i].name,
			.hook = catalogue_hook(c, (struct probe_hook){
				.kind = probes[i].kind,
				.name = probes[i].name,
			}),
			.nargs = sizeof packet_args / sizeof *packet_args,
			.args = packet_args,
		});
}

const struct provider packet_provider = {
	.name = "packet",
	.attributes = {
		[ATTR_PROVIDER] = ATTRIBUTES(EVOLVING, EVOLVING, ISA),
		[ATTR_MODULE] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
		[ATTR_FUNCTION] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
		[ATTR_NAME] = ATTRIBUTES(EVOLVING, EVOLVING, ISA),
		[ATTR_ARGS] = ATTRIBUTES(PRIVATE, PRIVATE, UNKNOWN),
	},
	.init = packet_init,
};
