# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
dtrace -V | grep -cE '^dtrace: .*D [0-9]+\.[0-9]+'
