// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The daemon's log: lines on stderr, which the journal collects. Under systemd
// each line carries its priority.

#include "daemon/util.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

// The one global of the tree: lines above it are not written.
extern enum log_level log_level;

void PRINTF_LIKE(2, 3) log_line(enum log_level level, const char *format, ...);

// Writes a text of several lines, each with the prefix.
void log_text(enum log_level level, const char *prefix, const char *text);

#define log_error(...) log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)
