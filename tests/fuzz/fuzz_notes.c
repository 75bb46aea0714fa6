// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Arbitrary bytes as an ELF file whose functions and probes are looked for: what is found must
// pass the core's check. And as descriptions of arguments.

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/sym/elf.h"
#include "daemon/sym/note_args.h"
#include "daemon/sym/place_search.h"
#include "daemon/sym/place_wire.h"
#include "dlang/base/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool find_symbol(void *arg, const char *name, uint64_t *address)
{
	*address = strlen(name) + (uintptr_t)arg;
	return *name != 'x';
}

static void check_arguments(const char *text)
{
	struct place_arg args[PLACE_ARGS];
	static const uint16_t machines[] = { EM_X86_64, EM_AARCH64 };

	for (size_t i = 0; i < NELEMS(machines); i++) {
		uint32_t n = note_args_parse(machines[i], text, 0x1000, i, find_symbol, NULL, args);

		for (uint32_t k = 0; k < n; k++) {
			if (args[k].kind != PLACE_ARG_NONE && (!args[k].size || args[k].size > 8))
				abort();
		}
	}
}

static void check_answer(const Dtraced__PlaceAnswer *m, const Dtraced__PlaceAsk *ask)
{
	struct place_arg args[PLACE_ARGS];
	struct place p;

	if (m->n_troubles != ask->n_wants || m->n_places > ask->max)
		abort();
	for (size_t i = 0; i < m->n_places; i++) {
		if (!place_unpack(m->places[i], (UINT64_C(1) << ask->n_wants) - 1, &p, args))
			abort();
	}
}

static void search(const struct elf *e, bool debug)
{
	Dtraced__PlaceWant wants[4], *list[4];
	Dtraced__PlaceAsk ask = DTRACED__PLACE_ASK__INIT;
	Dtraced__PlaceAnswer answer = DTRACED__PLACE_ANSWER__INIT;
	struct arena *a = arena_new(0, NULL, NULL);

	for (size_t i = 0; i < NELEMS(wants); i++) {
		dtraced__place_want__init(&wants[i]);
		list[i] = &wants[i];
	}
	wants[0].usdt = 1;
	wants[0].suffix = (char *)"12";
	wants[1].name = (char *)"entry";
	wants[2].function = (char *)"ma*";
	wants[3].has_offset = 1;
	wants[3].offset = e->from.size / 2;
	wants[3].name = (char *)"address";
	ask.wants = list;
	ask.n_wants = NELEMS(wants);
	ask.max = 1000;
	if (place_search(e, debug ? e : NULL, &ask, a, &answer) == 0)
		check_answer(&answer, &ask);
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);	// its end is guarded
	struct elf_source from = elf_from_memory(copy, size);
	struct elf e;

	memcpy(copy, data, size);
	copy[size] = 0;
	if (elf_open(&e, &from) == 0) {
		search(&e, false);
		search(&e, true);
	} else {
		check_arguments((const char *)copy);
	}
	elf_close(&e);
	free(copy);
	return 0;
}
