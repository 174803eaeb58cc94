/* SPDX-License-Identifier: ISC */
/* num - numbers as decimal text. PURE. */
#ifndef MW_NUM_H
#define MW_NUM_H

#include <stdint.h>

#include "span.h"

#define NUM_DIGITS 20 /* the longest uint64_t */

/* The whole span as a decimal number of 0 to max: digits only, at least one, no sign, no blank.
 * false, and *value untouched, where it is anything else or larger. */
bool num_parse(struct span s, uint64_t max, uint64_t *value);

/* value in decimal, in room; the span points into it. */
struct span num_format(char room[NUM_DIGITS], uint64_t value);

#endif
