# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2086
# What a note says: provider, name, arguments with sizes and signs as declared, the address of the probe's own semaphore.
cp sites.d sites.c "$T" && cd "$T" || exit
include='-include sites.h -include sites.h'
dtrace -h -s sites.d 2> warnings
dtrace -G -s sites.d 2> warnings
gcc -O0 $include -DEVALUATED=1 sites.c sites.o -o program
readelf -n program | awk '/Name: /{ name = $2 } /Arguments: /{ $1 = ""; gsub(/@[^ ]*/, ""); print name ":" $0 }' | sort -u
for probe in start query__done all typed many; do
	address=$(readelf -sW program | awk -v s="test_sites_${probe}_semaphore" '$8 == s { print $2, $6 }')
	readelf -n program | grep -A1 "Name: $probe\$" | grep -q "Semaphore: 0x${address% *}\$" || echo "$probe: no semaphore"
	[ "${address#* }" = HIDDEN ] || echo "$probe: ${address#* }"
done
# A shared object has semaphores of its own: its name is the program's, too.
gcc -O2 -fPIC -shared $include -DEVALUATED=1 -Dmain=other sites.c sites.o -o libother.so
gcc -O2 $include -DEVALUATED=1 sites.c sites.o -o program -L. -lother -Wl,-rpath,. && ./program
# Nothing that linkers look for gets lost by this object: no executable stack, branch protection if the others have it.
readelf -lW program | awk '/GNU_STACK/ { print $7 }'
gcc -fcf-protection=full -c sites.c $include -DEVALUATED=1 && ld -r sites.o -o joined.o && readelf -n joined.o | grep -c IBT,
gcc -c sites.c $include -DEVALUATED=1 -fno-pic && readelf -h sites.o | awk '/Type:/ { print $2 }'
