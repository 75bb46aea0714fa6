// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#pragma once

// Unpacking what a jailed process answered: protobuf-c makes two bytes into a
// hundred, so what a reply may take is bounded. The budget is a size_t, the bytes
// that are left.

#include <protobuf-c/protobuf-c.h>
#include <stdlib.h>

static inline void *budget_alloc(void *left, size_t size)
{
	size_t *n = left;

	if (size > *n)
		return NULL;
	*n -= size;
	return malloc(size);
}

static inline void budget_free(void *left, void *p)
{
	(void)left;
	free(p);
}

static inline ProtobufCAllocator budget_allocator(size_t *left)
{
	return (ProtobufCAllocator){ budget_alloc, budget_free, left };
}
