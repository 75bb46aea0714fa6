// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// The log, see log.h.

#include "daemon/log.h"

#include <string.h>

enum log_level log_level = LOG_LEVEL_WARNING;

// sd-daemon(3) priorities, by level.
static const char *const priority[] = { "<3>", "<4>", "<6>", "<7>" };

void log_line(enum log_level level, const char *format, ...)
{
	char line[1024];
	va_list ap;

	if (level > log_level)
		return;
	va_start(ap, format);
	vsnprintf(line, sizeof line, format, ap);
	va_end(ap);
	// Control characters of clients' texts stay out of the terminal.
	for (char *p = line; *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 127)
			*p = '?';
	}
	fprintf(stderr, "%sdtraced: %s\n", getenv("JOURNAL_STREAM") ? priority[level] : "", line);
}

void log_text(enum log_level level, const char *prefix, const char *text)
{
	if (level > log_level)
		return;
	while (*text) {
		size_t n = strcspn(text, "\n");

		log_line(level, "%s%.*s", prefix, (int)(n > 900 ? 900 : n), text);
		text += n + (text[n] == '\n');
	}
}
