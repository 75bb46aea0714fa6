// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Creating maps, see maps.h.

#include "daemon/kernel/maps.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/btf.h>
#include <string.h>

#include "daemon/util.h"

int map_open_shared(const char *name, uint32_t value_size, uint32_t n)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);

	return bpf_map_create(BPF_MAP_TYPE_ARRAY, name, 4, value_size, n, &opts);
}

int map_open_bell(void)
{
	return bpf_map_create(
		BPF_MAP_TYPE_RINGBUF, "dt_bell", 0, 0, (uint32_t)sysconf(_SC_PAGESIZE), NULL);
}

int map_open_hash(
	const char *name, uint32_t key_size, uint32_t value_size, uint32_t entries, bool prealloc)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = prealloc ? 0 : BPF_F_NO_PREALLOC);

	return bpf_map_create(BPF_MAP_TYPE_HASH, name, key_size, value_size, entries, &opts);
}

// The types that the kernel wants to know of a task storage: an int as the key
// and bytes as the value.
struct storage_btf {
	struct btf_header header;
	struct btf_type key;
	uint32_t key_bits;
	struct btf_type byte;
	uint32_t byte_bits;
	struct btf_type value;
	struct btf_array array;
	char strings[12];
};

static int storage_types(uint32_t value_size)
{
	static const char strings[12] = "\0int\0byte";
	struct storage_btf b = {
		.header = {
			.magic = BTF_MAGIC,
			.version = BTF_VERSION,
			.hdr_len = sizeof b.header,
			.type_len = offsetof(struct storage_btf, strings) - sizeof b.header,
			.str_off = offsetof(struct storage_btf, strings) - sizeof b.header,
			.str_len = sizeof b.strings,
		},
		.key = { .name_off = 1, .info = BTF_KIND_INT << 24, .size = 4 },
		.key_bits = BTF_INT_SIGNED << 24 | 32,
		.byte = { .name_off = 5, .info = BTF_KIND_INT << 24, .size = 1 },
		.byte_bits = 8,
		.value = { .info = BTF_KIND_ARRAY << 24 },
		.array = { .type = 2, .index_type = 1, .nelems = value_size },
	};

	memcpy(b.strings, strings, sizeof strings);
	return bpf_btf_load(&b, sizeof b, NULL);
}

int map_open_task_storage(const char *name, uint32_t value_size)
{
	CLEANUP(closep) int types = storage_types(value_size);
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_NO_PREALLOC, .btf_fd = types,
		.btf_key_type_id = 1, .btf_value_type_id = 3);

	if (types < 0)
		return types;
	return bpf_map_create(BPF_MAP_TYPE_TASK_STORAGE, name, 4, value_size, 0, &opts);
}
