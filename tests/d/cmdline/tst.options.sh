# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Every option that -xhelp lists is known to the compiler, too.
set -u
"$build/dtrace" -xhelp > "$T/help" || exit 1
grep -cE '^[a-z0-9]+ +(bool|size|rate|number|word|text) ' "$T/help" | awk '$1 > 80 { print "many" }'
while read -r name kind default _; do
	case $kind in
	bool) value=on ;;
	size | number) value=16 ;;
	rate) value=1hz ;;
	text) value=x ;;
	word) value=$default ;;
	*) continue ;;
	esac
	case $name in cpu) value=0 ;; libdir) value=/usr/share/empty; mkdir -p "$T/e"; value=$T/e ;; bufsize | aggsize) value=64k ;; amin) value=Stable/Stable/Common ;; version) value=1.13 ;; grabanon) continue ;; esac
	"$build/dtrace" -e "-x$name=$value" -n BEGIN > /dev/null 2> "$T/err" || { echo "$name=$value"; cat "$T/err"; }
done < "$T/help"
