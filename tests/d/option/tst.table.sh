# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2028
# Every row of d-reference section 15, from a copy of its own: -xhelp lists it with its kind and default, and says whether
# it acts here or has no meaning; values of its kind, with every unit, are taken, others are refused; and setopt() changes
# those, and only those, that may change while tracing.
cd "$T" || exit
mkdir lib
# name kind default when(R fixed, D dynamic, C compiling) act(yes, no) a good value
cat > rows << 'TABLE'
aggsize size 4m R yes 64k
bufsize size 4m R yes 64k
bufpolicy word switch R yes fill
bufresize word auto R no manual
cleanrate rate 101hz R no 10hz
cpu number - R yes 0
destructive bool off R yes on
dynvarsize size 1m R yes 64k
grabanon bool off R no off
jstackframes number 50 R yes 5
jstackstrsize size 512 R no 1k
nspec number 1 R yes 2
specsize size 32k R yes 64k
stackframes number 20 R yes 5
statusrate rate 1hz R yes 10hz
strsize size 256 R yes 1k
ustackframes number 20 R yes 5
temporal bool off R no on
zone text - R no global
maxframes number 0 R no 10
noresolve bool off R yes on
pcapsize size 0 R no 1k
scratchsize size 0 R no 1k
lockmem text - R no unlimited
bpflog bool off R no on
bpflogsize size 0 R no 1k
aggrate rate 1hz D yes 10hz
aggsortkey bool off D yes on
aggsortrev bool off D yes on
aggsortpos number 0 D yes 1
aggsortkeypos number 0 D yes 1
agghist bool off D yes on
aggpack bool off D yes on
aggzoom bool off D yes on
flowindent bool off D yes off
quiet bool off D yes on
rawbytes bool off D yes on
stackindent number 14 D yes 4
switchrate rate 1hz D yes 10hz
quietresize bool off D no on
printsize size 8k D no 1k
aggpercpu bool off C no on
amin text - C yes Internal/Internal/Unknown
argref bool off C yes on
core bool off C no off
cpp bool off C yes off
cpphdrs bool off C yes off
cpppath text - C yes cpp
ctypes text - C no x
dtypes text - C no x
debug text - C no x
defaultargs bool off C yes on
define text - C yes X=1
undef text - C yes X
incdir text - C yes lib
disasm text - C yes 8
debugassert text - C no x
ctfpath text - C no x
modpath text - C no x
procfspath text - C no /proc
sysslice text - C no x
useruid number 0 C no 0
cppargs text - C yes -DX
dofstashpath text - C no x
preallocate number 0 C no 1
linknommap bool off C no on
droptags bool off C yes on
empty bool off C yes on
encoding word ascii C yes utf8
setenv text - C yes X=1
unsetenv text - C yes X
objcopypath text - C no x
errtags bool off C yes on
evaltime word postinit C yes exec
iregs number 0 C no 8
tregs number 0 C no 8
kdefs bool off C no on
knodefs bool off C no on
udefs bool off C no on
unodefs bool off C no on
late word dynamic C no static
lazyload bool off C no on
ldpath text - C no x
linkmode word kernel C no static
linktype word elf C yes elf
libdir text - C yes lib
syslibdir text - C no x
nolibs bool off C yes on
pgmax number 0 C no 8
pspec bool off C yes on
stdc word a C yes s
strip bool off C no on
tree number 0 C yes 1
verbose bool off C yes off
version text - C yes 1.13
zdefs bool off C yes on
TABLE

dtrace -xhelp > help
refused() { # NAME=VALUE
	if timeout 20 dtrace -x "$1" -e -n BEGIN > out 2>&1; then
		echo "-x$1 is taken"
	elif ! grep -q "failed to set -x ${1%%=*}: Invalid value for specified option" out; then
		echo "-x$1:"
		cat out
	fi
}

# What -xhelp says.
while read -r name kind default when act value; do
	row=$(grep "^$name " help) || { echo "$name is missing"; continue; }
	[ "$default" != - ] || default=
	[[ $row =~ ^$name\ +$kind\ +$default\ *\  ]] || echo "$name is not $kind $default: $row"
	if [[ $row =~ \ nothing(:|$) ]]; then says=no; else says=yes; fi
	[ $says = "$act" ] || echo "$name: acts: $act, but: $row"
done < rows

# Good values, all at once; units one by one.
mapfile -t good < <(awk '{ print "-x" $1 "=" $6 } $2 == "bool" { print "-x" $1 "=" ($6 == "on" ? "yes" : "no") }' rows)
timeout 60 dtrace "${good[@]}" -e -n BEGIN > out 2>&1 || cat out
for value in 65536 0x10000 64k 64K; do
	dtrace -xbufsize=$value -xaggsize=$value -xspecsize=$value -xdynvarsize=$value -e -n BEGIN > out 2>&1 || cat out
done
dtrace -xbufsize=1m -xaggsize=1M -e -n BEGIN > out 2>&1 || cat out
for unit in '' ns nsec us usec ms msec s sec m min h hour d day hz HZ mSec; do
	dtrace -xswitchrate=10$unit -xaggrate=10$unit -xstatusrate=10$unit -xcleanrate=10$unit -e -n BEGIN > out 2>&1 || cat out
done
for value in yes no enable enabled disable disabled true false on off set unset YES Off ''; do
	dtrace -xquiet=$value -xrawbytes=$value -xerrtags=$value -xnolibs=$value -e -n BEGIN > out 2>&1 || cat out
done

# Bad ones.
while read -r name kind _; do
	case $kind in
	bool) refused "$name=maybe" ;;
	size) refused "$name=64q"; refused "$name=k"; refused "$name=-1"; refused "$name" ;;
	number) refused "$name=1x"; refused "$name" ;;
	rate) refused "$name=10parsec"; refused "$name=hz" ;;
	word) refused "$name=nosuchword"; refused "$name" ;;
	esac
done < rows
refused strsize=8 && refused strsize=1g && refused amin=Stable && refused version=one

# While tracing.
while read -r name kind _ when _ value; do
	[ "$value" != on ] || value=off
	echo "BEGIN { setopt(\"$name\", \"$value\"); }" >> setopt.d
	[ "$when" = D ] || echo "dtrace: couldn't set option \"$name\" to \"$value\": Operation illegal when tracing is active" >> expected
done < rows
echo 'BEGIN { exit(0); }' >> setopt.d
timeout 60 dtrace -qws setopt.d 2>&1 | grep couldn | diff expected - | head -20

# A program cannot set what was acted on before it was read.
for name in cpp define undef incdir libdir; do
	dtrace -xerrtags -e -n "#pragma D option $name=on
BEGIN { }" 2>&1 | sed -n 's/.*\[D_PRAGMA_OPTSET\] line 1: //p'
done
# Later settings win, and those of the program over all.
DTRACE_OPT_STRSIZE=32 dtrace -qn 'BEGIN { printf("%d\n", sizeof (string)); exit(0); }'
DTRACE_OPT_STRSIZE=32 dtrace -xstrsize=64 -xstrsize=128 -qn 'BEGIN { printf("%d\n", sizeof (string)); exit(0); }'
echo '#pragma D option strsize=512
BEGIN { printf("%d\n", sizeof (string)); exit(0); }' | dtrace -xstrsize=64 -qs /dev/stdin
