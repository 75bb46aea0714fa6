/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* setopt() changes what may be changed while tracing. */
#pragma D option quiet
BEGIN { trace(1); setopt("quiet", "off"); }
BEGIN { trace(2); setopt("quiet"); }
BEGIN { trace(3); setopt("bufsize", "1m"); setopt("nonsense"); setopt("stackindent", "x"); }
BEGIN { exit(0); }
