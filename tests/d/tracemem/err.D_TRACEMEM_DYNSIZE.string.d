/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
BEGIN { x = 1; tracemem(1, 2, "x"); }
