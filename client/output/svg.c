// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0

// A flame graph, see svg.h. Each frame is a group of a title (the whole name and
// the numbers), a box and as much of the name as fits. Positions are in units of
// an image WIDTH wide; the outermost frame is at the bottom.

#include "client/output/svg.h"

#include <stdint.h>
#include <string.h>

#include "client/format/stacktree.h"
#include "client/output/buf.h"

enum { WIDTH = 1200, MARGIN = 10, ROW = 17, TOP = 40, BOTTOM = 28, LETTER = 7, PADDING = 3 };

static const double NARROWEST = 0.1;

// What happens to names on a click is what put_label() does.
static const char script[] =
	"(function () {\n"
	"var W = 1200, M = 10, LETTER = 7;\n"
	"var frames = [].slice.call(document.querySelectorAll('#frames g'));\n"
	"var byId = function (id) { return document.getElementById(id); };\n"
	"var found = null;\n"
	"frames.forEach(function (g) {\n"
	"	g.box = g.querySelector('rect');\n"
	"	g.label = g.querySelector('text');\n"
	"	g.full = g.querySelector('title').textContent;\n"
	"	g.name = g.full.slice(0, g.full.lastIndexOf(' ('));\n"
	"	g.x0 = +g.box.getAttribute('x');\n"
	"	g.w0 = +g.box.getAttribute('width');\n"
	"	g.y0 = +g.box.getAttribute('y');\n"
	"	g.color = g.box.getAttribute('fill');\n"
	"	g.onclick = function () { zoom(g); };\n"
	"	g.onmouseover = function () { byId('details').textContent = g.full; };\n"
	"	g.onmouseout = function () { byId('details').textContent = ''; };\n"
	"});\n"
	"function place(g, x, w) {\n"
	"	var n = Math.floor((w - 6) / LETTER);\n"
	"	g.style.display = w < 0.1 ? 'none' : '';\n"
	"	g.box.setAttribute('x', x);\n"
	"	g.box.setAttribute('width', w);\n"
	"	g.label.setAttribute('x', x + 3);\n"
	"	g.label.textContent = n < 3 ? '' : g.name.length <= n ? g.name : g.name.slice(0, n - 2) + '..';\n"
	"}\n"
	"function zoom(to) {\n"
	"	var end = to.x0 + to.w0, scale = (W - 2 * M) / to.w0, e = 1e-3;\n"
	"	frames.forEach(function (g) {\n"
	"		var below = g.y0 > to.y0 && g.x0 <= to.x0 + e && g.x0 + g.w0 >= end - e;\n"
	"		var inside = g.y0 <= to.y0 && g.x0 >= to.x0 - e && g.x0 + g.w0 <= end + e;\n"
	"		if (below)\n"
	"			place(g, M, W - 2 * M);\n"
	"		else\n"
	"			place(g, M + (g.x0 - to.x0) * scale, inside ? g.w0 * scale : 0);\n"
	"		g.style.opacity = below ? 0.5 : 1;\n"
	"	});\n"
	"	byId('reset').style.display = to.w0 < W - 2 * M - e ? '' : 'none';\n"
	"}\n"
	"function mark(pattern) {\n"
	"	var hits = [], end = 0, sum = 0;\n"
	"	frames.forEach(function (g) {\n"
	"		var hit = pattern && pattern.test(g.name);\n"
	"		g.box.setAttribute('fill', hit ? '#e040e0' : g.color);\n"
	"		if (hit)\n"
	"			hits.push(g);\n"
	"	});\n"
	"	hits.sort(function (a, b) { return a.x0 - b.x0 || b.w0 - a.w0; });\n"
	"	hits.forEach(function (g) {\n"
	"		if (g.x0 + 1e-3 >= end) {\n"
	"			sum += g.w0;\n"
	"			end = g.x0 + g.w0;\n"
	"		}\n"
	"	});\n"
	"	byId('matched').textContent = pattern ? 'matched: ' + (100 * sum / (W - 2 * M)).toFixed(1) + '%' : '';\n"
	"	byId('search').textContent = pattern ? 'Clear search' : 'Search';\n"
	"	found = pattern;\n"
	"}\n"
	"byId('search').onclick = function () {\n"
	"	var text = found ? null : window.prompt('Frames whose name matches this regular expression:');\n"
	"	try {\n"
	"		mark(text ? new RegExp(text) : null);\n"
	"	} catch (e) {\n"
	"		window.alert(e.message);\n"
	"	}\n"
	"};\n"
	"byId('reset').onclick = function () { zoom(frames[0]); };\n"
	"})();\n";

// Text in XML; bytes that are no ASCII text become question marks.
static void put_text(struct outbuf *b, const char *s, size_t n)
{
	static const struct { char c; const char *entity; } entities[] = {
		{ '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" },
	};

	for (size_t i = 0; i < n; i++) {
		const char *entity = NULL;

		for (size_t k = 0; k < sizeof(entities) / sizeof(entities[0]); k++)
			if (entities[k].c == s[i])
				entity = entities[k].entity;
		if (entity)
			outbuf_str(b, entity);
		else
			outbuf_char(b, s[i] < ' ' || s[i] > '~' ? '?' : s[i]);
	}
}

static uint32_t hash_name(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h ^ h >> 15;
}

// The same function has the same color in all graphs: blue in the kernel, warm in
// processes, grey for what is no frame.
static void put_color(struct outbuf *b, const struct stacknode *node)
{
	static const struct { uint8_t least[3], range[3]; } colors[] = {	// red, green, blue
		[STACKNODE_KEY] = { { 190, 190, 190 }, { 1, 1, 1 } },
		[STACKNODE_USER] = { { 225, 110, 70 }, { 30, 110, 30 } },
		[STACKNODE_KERNEL] = { { 110, 160, 215 }, { 50, 50, 30 } },
	};
	uint32_t h = hash_name(node->name);

	outbuf_char(b, '#');
	for (int i = 0; i < 3; i++)
		outbuf_printf(b, "%02x", colors[node->kind].least[i] + (h >> (8 * i) & 255) % colors[node->kind].range[i]);
}

static void put_label(struct outbuf *b, const char *name, double width)
{
	int room = ((int)width - 2 * PADDING) / LETTER;
	size_t len = strlen(name);

	if (room < 3)
		return;
	if (len <= (size_t)room) {
		put_text(b, name, len);
	} else {
		put_text(b, name, (size_t)room - 2);
		outbuf_str(b, "..");
	}
}

static uint32_t depth_of(const struct stacknode *node)
{
	uint32_t most = 0;

	for (const struct stacknode *n = node->child; n; n = n->next) {
		uint32_t depth = depth_of(n);

		most = depth > most ? depth : most;
	}
	return most + 1;
}

struct graph {
	struct outbuf *b;
	double scale;		// width of 1
	uint64_t total;
	uint32_t rows;
};

static void put_frame(const struct graph *g, const struct stacknode *node, double x, uint32_t row)
{
	double width = (double)node->sum * g->scale;
	uint32_t y = TOP + (g->rows - 1 - row) * ROW;
	const char *name = row ? node->name : "all";

	if (width < NARROWEST)
		return;
	outbuf_str(g->b, "<g><title>");
	put_text(g->b, name, strlen(name));
	outbuf_printf(g->b, " (%llu, %.2f%%)</title><rect x=\"%.3f\" y=\"%u\" width=\"%.3f\" height=\"%d\" fill=\"",
		      (unsigned long long)node->sum, 100.0 * (double)node->sum / (double)g->total, x, y, width,
		      ROW - 1);
	put_color(g->b, node);
	outbuf_printf(g->b, "\"/><text x=\"%.3f\" y=\"%u\">", x + PADDING, y + ROW - 5);
	put_label(g->b, name, width);
	outbuf_str(g->b, "</text></g>\n");
	for (const struct stacknode *n = node->child; n; n = n->next) {
		put_frame(g, n, x, row + 1);
		x += (double)n->sum * g->scale;
	}
}

void svg_put(struct outbuf *b, const struct stacknode *root)
{
	struct graph g = { .b = b, .total = root->sum ? root->sum : 1, .rows = depth_of(root) };
	uint32_t height = TOP + g.rows * ROW + BOTTOM;

	g.scale = (double)(WIDTH - 2 * MARGIN) / (double)g.total;
	outbuf_printf(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %u\" width=\"100%%\">\n"
		"<style>text { font: 12px monospace; } #frames g { cursor: pointer; } "
		"#frames text { pointer-events: none; } #frames g:hover rect { stroke: black; } "
		".button { cursor: pointer; fill: #2060c0; } rect { shape-rendering: crispEdges; }</style>\n"
		"<rect width=\"%d\" height=\"%u\" fill=\"#f8f8f4\"/>\n", WIDTH, height, WIDTH, height);
	outbuf_printf(b, "<text x=\"%d\" y=\"20\" text-anchor=\"middle\">dtrace: %llu in all</text>\n", WIDTH / 2,
		      (unsigned long long)root->sum);
	outbuf_printf(b, "<text id=\"reset\" class=\"button\" x=\"%d\" y=\"20\" style=\"display: none\">Reset zoom</text>\n"
		"<text id=\"search\" class=\"button\" x=\"%d\" y=\"20\" text-anchor=\"end\">Search</text>\n"
		"<text id=\"details\" x=\"%d\" y=\"%u\"> </text>\n"
		"<text id=\"matched\" x=\"%d\" y=\"%u\" text-anchor=\"end\"> </text>\n<g id=\"frames\">\n",
		MARGIN, WIDTH - MARGIN, MARGIN, height - 10, WIDTH - MARGIN, height - 10);
	put_frame(&g, root, MARGIN, 0);
	outbuf_str(b, "</g>\n<script><![CDATA[\n");
	outbuf_str(b, script);
	outbuf_str(b, "]]></script>\n</svg>\n");
}
