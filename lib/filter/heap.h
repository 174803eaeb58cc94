/* SPDX-License-Identifier: ISC */
/*
 * heap - closes the gaps in the heap before connections are forked.
 *
 * Loading a policy leaves free pieces all over the heap. If a forked process uses them, nearly
 * every piece copies a page of the parent (measured: 25 of the 150 page faults of a login).
 */
#ifndef MW_HEAP_H
#define MW_HEAP_H

/* Allocates the free pieces for good, so that processes forked later get memory in one row at the
 * heap's end. This costs the memory that was free, once, shared by all forked processes. Does
 * nothing useful, and no harm, with a malloc other than glibc's. */
void heap_close_gaps(void);

#endif
