# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# §11.2: the columns.
dtrace -l -P dtrace
