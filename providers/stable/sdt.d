/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */

/* Markers that scripts know from other systems, beside the kernel's own tracepoints (providers/sdt.c). */

provider sdt {
	probe interrupt__start(uintptr_t action, int irq);
	probe interrupt__complete(uintptr_t action, int irq, int handled);
	probe callout__start(uintptr_t timer);
	probe callout__end(uintptr_t timer);
};

bind sdt:::interrupt-start = rawtp:::irq_handler_entry ((uintptr_t)args[1], args[0]);
bind sdt:::interrupt-complete = rawtp:::irq_handler_exit ((uintptr_t)args[1], args[0], args[2]);
bind sdt:::callout-start = rawtp:::timer_expire_entry ((uintptr_t)args[0]);
bind sdt:::callout-end = rawtp:::timer_expire_exit ((uintptr_t)args[0]);
