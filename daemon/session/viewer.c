// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Viewers, see viewer.h.

#include "daemon/session/viewer.h"

#include <string.h>

struct viewer *viewer_new(struct conn *c, struct session *s, uint32_t ncpus, const struct conn_part_ops *ops)
{
	struct viewer *v = calloc(1, sizeof *v);

	if (!v)
		return NULL;
	v->told = calloc(ncpus, sizeof *v->told);
	v->lost = calloc(ncpus, sizeof *v->lost);
	if (!v->told || !v->lost)
		return viewer_free(v);
	v->conn = c;
	v->session = s;
	conn_add_part(c, &v->part, ops);
	return v;
}

struct viewer *viewer_free(struct viewer *v)
{
	if (!v)
		return NULL;
	conn_remove_part(&v->part);
	free(v->told);
	free(v->lost);
	free(v);
	return NULL;
}

struct viewer *viewers_find(const struct viewers *vs, const struct conn *c)
{
	struct viewer *v;

	LIST_FOREACH(v, vs, link) {
		if (v->conn == c)
			return v;
	}
	return NULL;
}

static bool has_room(const struct viewer *v)
{
	return conn_output(v->conn) && !conn_is_full(v->conn);
}

struct viewer *viewers_ready(const struct viewers *vs)
{
	struct viewer *v;

	LIST_FOREACH(v, vs, link) {
		if (has_room(v))
			return v;
	}
	return NULL;
}

// ---- records ---------------------------------------------------------------

// The lengths were checked when the ring was read.
static uint64_t count_records(const uint8_t *records, size_t n)
{
	uint64_t count = 0;
	uint32_t len;

	for (size_t at = 0; at < n; at += len, count++)
		memcpy(&len, records + at + REC_LEN, sizeof len);
	return count;
}

void viewers_copy(const struct viewers *vs, const struct viewer *but, uint32_t cpu, const uint8_t *frame,
	size_t prefix, size_t n)
{
	struct viewer *v;

	LIST_FOREACH(v, vs, link) {
		if (v == but || !conn_output(v->conn))
			continue;
		if (has_room(v) && !evbuffer_add(conn_output(v->conn), frame, prefix + n))
			continue;
		v->lost[cpu] += count_records(frame + prefix, n);
		v->has_lost = true;
	}
}

// ---- other events ----------------------------------------------------------

void viewer_send(struct viewer *v, Dtraced__Reply *event)
{
	conn_send(v->conn, 0, event);
}

void viewers_send(const struct viewers *vs, Dtraced__Reply *event)
{
	struct viewer *v;

	LIST_FOREACH(v, vs, link)
		viewer_send(v, event);
}

static size_t collect_drops(struct viewer *v, uint64_t (*totals)[DROP_NKINDS], uint32_t ncpus,
	Dtraced__Drop *drops, Dtraced__Drop **list)
{
	size_t n = 0;

	for (uint32_t cpu = 0; cpu < ncpus; cpu++) {
		for (uint32_t kind = 0; kind < DROP_NKINDS; kind++) {
			uint64_t count = totals[cpu][kind] + (kind == DROP_PRINCIPAL ? v->lost[cpu] : 0);

			if (count == v->told[cpu][kind])
				continue;
			v->told[cpu][kind] = count;
			dtraced__drop__init(&drops[n]);
			drops[n].kind = kind;
			drops[n].cpu = cpu;
			drops[n].count = count;
			list[n] = &drops[n];
			n++;
		}
	}
	return n;
}

void viewer_send_status(struct viewer *v, uint64_t session, uint64_t watermark,
	uint64_t (*totals)[DROP_NKINDS], uint32_t ncpus)
{
	size_t max = (size_t)ncpus * DROP_NKINDS + 1;
	CLEANUP(freep) Dtraced__Drop *drops = calloc(max, sizeof *drops);
	CLEANUP(freep) Dtraced__Drop **list = calloc(max, sizeof *list);
	Dtraced__Reply reply = DTRACED__REPLY__INIT;
	Dtraced__Status status = DTRACED__STATUS__INIT;

	status.session = session;
	status.watermark = watermark;
	if (drops && list) {
		status.drops = list;
		status.n_drops = collect_drops(v, totals, ncpus, drops, list);
		v->has_lost = v->has_lost && !ncpus;
	}
	reply.body_case = DTRACED__REPLY__BODY_STATUS;
	reply.status = &status;
	viewer_send(v, &reply);
}
