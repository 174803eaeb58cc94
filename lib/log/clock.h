/* SPDX-License-Identifier: ISC */
/* clock - the time, for code that isn't pure. */
#ifndef MW_CLOCK_H
#define MW_CLOCK_H

#include <stdint.h>

uint64_t clock_ms(void);  /* milliseconds since boot, with time in suspend; never goes back */
int64_t clock_wall(void); /* seconds since 1970 */

#endif
