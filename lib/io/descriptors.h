/* SPDX-License-Identifier: ISC */
/* descriptors - how many descriptors this process may have (RLIMIT_NOFILE). */
#ifndef MW_DESCRIPTORS_H
#define MW_DESCRIPTORS_H

#include "err.h"

/* What one connection needs in the filter and in the relay, and with a reserve. */
#define DESCRIPTORS_FILTER 32
/* What the helper needs to serve a few connections at once: three each, and its own. */
#define DESCRIPTORS_HELPER 64

/* Raises the limit as far as it goes. Returns 0; -1: it stays below least, and e says what to do. */
int descriptors_raise(unsigned least, struct err *e);

#endif
