# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash
# Keys and paths of json() of all lengths up to strsize: each is found, and its neighbour with one letter less is not.
key() { printf "%*s" "$1" "" | tr ' ' "$2"; }
{
	echo '#pragma D option quiet'
	for n in 1 7 8 9 126 127 128 129 130 200 255 256 257 1000; do
		echo "BEGIN { this->s = \"{\\\"$(key $((n - 1)) k)\\\":\\\"short\\\",\\\"$(key $n k)\\\":\\\"$n\\\",\\\"a\\\":{\\\"$(key $n k)\\\":[1,{\\\"$(key $n k)\\\":2}]}}\";"
		echo "printf(\"%s \", json(this->s, \"$(key $n k)\"));"
		echo "printf(\"%s \", json(this->s, \"a.$(key $n k)[0]\"));"
		echo "printf(\"%s \", json(this->s, \"a.$(key $n k)[1].$(key $n k)\"));"
		echo "printf(\"%d\\n\", json(this->s, \"$(key $((n + 1)) k)\") == NULL); }"
	done
	echo 'BEGIN { exit(0); }'
} > "$T/p.d"
dtrace -x strsize=4096 -s "$T/p.d"
