# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Recursion, calls from C back to Python, and modules written in C, for so many seconds.
import json, re, sys, time

def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

end = time.monotonic() + float(sys.argv[1])
text = json.dumps({str(i): [i, str(i) * 3] for i in range(300)})
while time.monotonic() < end:
    fib(16)
    json.loads(text)
    sorted(range(1000), key=lambda x: -x)
    re.sub(r"(\d+)", lambda m: m.group(1)[::-1], text)
