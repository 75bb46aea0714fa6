// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
// Compiled code, built-in functions and callbacks, for so many seconds.
const end = Date.now() + 1000 * Number(process.argv[2]);
const text = JSON.stringify(Array.from({ length: 300 }, (_, i) => ({ i, s: String(i).repeat(3) })));

function fib(n) {
	return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

while (Date.now() < end) {
	fib(18);
	JSON.parse(text).map((x) => x.s).sort((a, b) => (a < b ? 1 : -1));
	text.replace(/\d+/g, (m) => m.split("").reverse().join(""));
}
