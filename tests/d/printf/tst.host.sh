# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# %I is the name of an address; what is no address stays as it is.
name=$(getent hosts 127.0.0.1 | awk '{ print $2; exit }')
dtrace -qn 'BEGIN { printf("[%I] [%I] [%12I]\n", "127.0.0.1", "no address", "x y"); exit(0); }' | sed "s/\[${name:-127.0.0.1}\]/[name]/"
