/* SPDX-License-Identifier: ISC */
/*
 * heap - where the memory of a connection's process comes from.
 *
 * Loading a policy leaves free pieces all over the heap. A forked process that takes those copies a
 * page of the parent's for nearly every piece (measured: 25 of the 150 page faults of a login).
 */
#ifndef MW_HEAP_H
#define MW_HEAP_H

/* Takes the free pieces away for good, so that processes forked from now on get their memory in one
 * row, from the heap's end. Costs the address space and memory that was free, once, shared by all
 * forked processes. Where malloc isn't glibc's it takes nothing. */
void heap_close_gaps(void);

#endif
