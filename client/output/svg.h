// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// A flame graph: one SVG file with its own script. A click on a frame zooms to it,
// a search marks frames and tells their share. Readable, less the zoom, without
// scripts.

struct outbuf;
struct stacknode;

// root: sorted. What is too narrow to be seen is left out.
void svg_put(struct outbuf *b, const struct stacknode *root);
