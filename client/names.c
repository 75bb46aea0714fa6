// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Names of addresses, see names.h: an open hash of entries.

#include "client/names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/link.h"
#include "client/output/buf.h"
#include "proto/limits.h"

struct entry {
	uint64_t process, address;	// address 0: free
	char *module, *symbol;		// one allocation; NULL: not answered yet
	uint64_t offset;
};

// The address that stands for a module.
struct module {
	uint64_t process, address;
	char *name;
};

struct names {
	struct link *link;
	uint64_t session;
	bool demangle;
	struct entry *entries;
	size_t n, room;			// a power of two
	size_t *wanted;			// numbers of entries
	size_t nwanted, wanted_room;
	struct module *modules;		// those that names_module() was asked for
	size_t nmodules, modules_room;
	bool told;
	bool leaves_stacks;
};

void names_leave_stacks(struct names *n)
{
	n->leaves_stacks = true;
}

bool names_leaves_stacks(const struct names *n)
{
	return n->leaves_stacks;
}

void names_demangle(struct names *n)
{
	n->demangle = true;
}

int names_new(struct link *l, uint64_t session, struct names **namesp)
{
	struct names *n = calloc(1, sizeof(*n));

	if (!n)
		return -ENOMEM;
	n->link = l;
	n->session = session;
	*namesp = n;
	return 0;
}

struct names *names_free(struct names *n)
{
	if (!n)
		return NULL;
	for (size_t i = 0; i < n->room; i++)
		free(n->entries[i].module);
	for (size_t i = 0; i < n->nmodules; i++)
		free(n->modules[i].name);
	free(n->entries);
	free(n->modules);
	free(n->wanted);
	free(n);
	return NULL;
}

// ---- entries ---------------------------------------------------------------

// Where the address is, or would be. There is always a free place.
static struct entry *place(struct entry *entries, size_t room, uint64_t process, uint64_t address)
{
	uint64_t h = (address ^ process * 0x9e3779b97f4a7c15) * 0xc2b2ae3d27d4eb4f;
	size_t at = (size_t)(h ^ h >> 32) & (room - 1);

	while (entries[at].address && (entries[at].address != address || entries[at].process != process))
		at = (at + 1) & (room - 1);
	return &entries[at];
}

static int grow(struct names *n)
{
	size_t room = n->room ? 2 * n->room : 256;
	struct entry *entries = calloc(room, sizeof(*entries));

	if (!entries)
		return -ENOMEM;
	for (size_t i = 0; i < n->room; i++)
		if (n->entries[i].address)
			*place(entries, room, n->entries[i].process, n->entries[i].address) = n->entries[i];
	for (size_t i = 0; i < n->nwanted; i++) {
		const struct entry *e = &n->entries[n->wanted[i]];

		n->wanted[i] = (size_t)(place(entries, room, e->process, e->address) - entries);
	}
	free(n->entries);
	n->entries = entries;
	n->room = room;
	return 0;
}

// The entry of an address, made if it is new.
static int make(struct names *n, uint64_t process, uint64_t address, struct entry **entryp)
{
	if (2 * n->n >= n->room && grow(n) < 0)
		return -ENOMEM;
	*entryp = place(n->entries, n->room, process, address);
	if (!(*entryp)->address) {
		(*entryp)->process = process;
		(*entryp)->address = address;
		n->n++;
	}
	return 0;
}

// Who makes a file chooses its name and those in it: no control characters.
static void make_printable(char *s)
{
	while (*s) {
		size_t n = foreign_length(s, strlen(s));

		if (!n || *s == '\t' || *s == '\n')
			*s = '?';
		s += n ? n : 1;
	}
}

static int fill(struct entry *e, const char *module, const char *symbol, uint64_t offset)
{
	size_t m = strlen(module) + 1, s = strlen(symbol) + 1;
	char *text = malloc(m + s);

	if (!text)
		return -ENOMEM;
	memcpy(text, module, m);
	memcpy(text + m, symbol, s);
	make_printable(text);
	make_printable(text + m);
	free(e->module);
	e->module = text;
	e->symbol = text + m;
	e->offset = offset;
	return 0;
}

int names_put(struct names *n, uint64_t process, uint64_t address, const struct name *name)
{
	struct entry *e;
	int r = address ? make(n, process, address, &e) : 0;

	return r < 0 || !address ? r : fill(e, name->module, name->symbol, name->offset);
}

// ---- asking ----------------------------------------------------------------

int names_want(struct names *n, uint64_t process, uint64_t address)
{
	struct entry *e;
	size_t before, *wanted;

	if (!address)
		return 0;
	if (n->nwanted == n->wanted_room) {
		n->wanted_room = n->wanted_room ? 2 * n->wanted_room : 256;
		wanted = reallocarray(n->wanted, n->wanted_room, sizeof(*wanted));
		if (!wanted)
			return -ENOMEM;
		n->wanted = wanted;
	}
	before = n->n;
	if (make(n, process, address, &e) < 0)
		return -ENOMEM;
	if (n->n != before)
		n->wanted[n->nwanted++] = (size_t)(e - n->entries);
	return 0;
}

static void tell(struct names *n, const char *why)
{
	if (!n->told)
		fprintf(stderr, "dtrace: addresses are printed as numbers: %s\n", why);
	n->told = true;
}

static int take(struct names *n, const size_t *wanted, size_t count, const Dtraced__Reply *reply)
{
	int r = 0;

	if (reply->body_case == DTRACED__REPLY__BODY_FAILURE)
		tell(n, reply->failure->text);
	else if (reply->body_case != DTRACED__REPLY__BODY_RESOLVED || reply->resolved->n_symbols != count)
		return -EBADMSG;
	for (size_t i = 0; r == 0 && i < count; i++) {
		struct entry *e = &n->entries[wanted[i]];
		const Dtraced__Symbol *s = reply->body_case == DTRACED__REPLY__BODY_FAILURE ? NULL :
					   reply->resolved->symbols[i];

		r = s ? fill(e, s->module, s->symbol, s->offset) : fill(e, "", "", e->address);
	}
	return r;
}

static int ask(struct names *n, const size_t *wanted, size_t count)
{
	Dtraced__Resolve body = DTRACED__RESOLVE__INIT;
	Dtraced__Request req = DTRACED__REQUEST__INIT;
	_cleanup_reply_ Dtraced__Reply *reply = NULL;
	Dtraced__Address *addresses = calloc(count, sizeof(*addresses));
	Dtraced__Address **list = calloc(count, sizeof(void *));
	int r = addresses && list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < count; i++) {
		const struct entry *e = &n->entries[wanted[i]];

		dtraced__address__init(&addresses[i]);
		addresses[i].space = e->process == NAMES_KERNEL ? DTRACED__SPACE__SPACE_KERNEL :
					DTRACED__SPACE__SPACE_USER;
		addresses[i].process = e->process;
		addresses[i].address = e->address;
		list[i] = &addresses[i];
	}
	body.session = n->session;
	body.demangle = n->demangle;
	body.n_addresses = count;
	body.addresses = list;
	req.body_case = DTRACED__REQUEST__BODY_RESOLVE;
	req.resolve = &body;
	if (r == 0)
		r = link_call(n->link, &req, &reply);
	if (r == 0)
		r = take(n, wanted, count, reply);
	free(addresses);
	free(list);
	return r;
}

int names_fetch(struct names *n)
{
	size_t count = n->nwanted;
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i += PROTO_ADDRESSES)
		r = ask(n, n->wanted + i, count - i < PROTO_ADDRESSES ? count - i : PROTO_ADDRESSES);
	n->nwanted = 0;
	return r;
}

// ---- reading ---------------------------------------------------------------

struct name names_find(const struct names *n, uint64_t process, uint64_t address)
{
	const struct entry *e = n && n->room && address ? place(n->entries, n->room, process, address) : NULL;

	if (!e || !e->module)
		return (struct name){ "", "", address };
	return (struct name){ e->module, e->symbol, e->offset };
}

uint64_t names_symbol(struct names *n, uint64_t process, uint64_t address)
{
	struct name name = names_find(n, process, address), start = { name.module, name.symbol, 0 };

	if (!*name.symbol || !name.offset)
		return address;
	return names_put(n, process, address - name.offset, &start) < 0 ? address : address - name.offset;
}

static int add_module(struct names *n, uint64_t process, uint64_t address, const char *name)
{
	struct module *m;

	if (n->nmodules == n->modules_room) {
		size_t room = n->modules_room ? 2 * n->modules_room : 16;

		m = reallocarray(n->modules, room, sizeof(*m));
		if (!m)
			return -ENOMEM;
		n->modules = m;
		n->modules_room = room;
	}
	m = &n->modules[n->nmodules];
	*m = (struct module){ process, address, strdup(name) };
	if (!m->name)
		return -ENOMEM;
	n->nmodules++;
	return 0;
}

// The first address that was seen in a module stands for all of them.
uint64_t names_module(struct names *n, uint64_t process, uint64_t address)
{
	struct name name = names_find(n, process, address);

	if (!*name.module)
		return address;
	for (size_t i = 0; i < n->nmodules; i++)
		if (n->modules[i].process == process && !strcmp(n->modules[i].name, name.module))
			return n->modules[i].address;
	add_module(n, process, address, name.module);
	return address;
}
