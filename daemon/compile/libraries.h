// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// The D libraries and the provider files of the system: files *.d of a few
// folders, read with the rights of the core before the zygote goes to jail.

struct warm;

// Reads and checks them with the types and probes of w; stable probes are added to its
// catalogue. What is wrong with one is logged; it is then missing. Without a folder there are none.
struct dlang_prelude *libraries_read(struct warm *w);
