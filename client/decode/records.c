// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// Reading of single records, see records.h.

#include "client/decode/records.h"

#include <errno.h>

enum { ERROR_SITE = REC_DATA, ERROR_FAULT = REC_DATA + 4, ERROR_VALUE = REC_DATA + 8, ERROR_SIZE = REC_DATA + 16 };

int record_read(const struct schema *s, const uint8_t *data, size_t n, struct record *rec)
{
	uint32_t len;

	if (n < REC_DATA)
		return -EBADMSG;
	len = get_u32(data + REC_LEN);
	if (len < REC_DATA || len > n || len > REC_MAX || len % 8)
		return -EBADMSG;
	rec->bytes = data;
	rec->len = len;
	rec->form = get_u32(data + REC_FORM);
	rec->time = get_u64(data + REC_TIME);
	rec->probe = get_u32(data + REC_PROBE);
	rec->spec = get_u32(data + REC_SPEC);
	if (rec->form >= FORM_FIRST &&
	    (rec->form - FORM_FIRST >= s->nforms || len < s->forms[rec->form - FORM_FIRST].size))
		return -EBADMSG;
	if (rec->form == FORM_ERROR && len < ERROR_SIZE)
		return -EBADMSG;
	return (int)len;
}

int record_error(const struct schema *s, const struct record *rec, struct record_error *err)
{
	if (rec->form != FORM_ERROR)
		return -EBADMSG;
	err->site = get_u32(rec->bytes + ERROR_SITE);
	err->fault = get_u32(rec->bytes + ERROR_FAULT);
	err->value = get_u64(rec->bytes + ERROR_VALUE);
	return err->site < s->nsites ? 0 : -EBADMSG;
}

const struct form *record_form(const struct schema *s, const struct record *rec)
{
	return rec->form >= FORM_FIRST ? &s->forms[rec->form - FORM_FIRST] : NULL;
}
