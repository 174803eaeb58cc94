/* SPDX-License-Identifier: ISC */
/* num - decimal numbers as text. PURE. */
#ifndef MW_NUM_H
#define MW_NUM_H

#include <stdint.h>

#include "span.h"

#define NUM_DIGITS 20 /* of the longest uint64_t */

/* Reads the whole span as a decimal number from 0 to max: one or more digits, no sign, no blank.
 * false, and *value is unchanged, if it is anything else or greater than max. */
bool num_parse(struct span s, uint64_t max, uint64_t *value);

/* Writes value in decimal into room; the span points into room. */
struct span num_format(char room[NUM_DIGITS], uint64_t value);

#endif
