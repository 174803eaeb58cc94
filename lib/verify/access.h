/* SPDX-License-Identifier: ISC */
/*
 * access - whether a group policy lets anyone in now, and for how long (R6.3).
 *
 * Times of day are those of the helper's time zone (TZ, else /etc/localtime), summer time included.
 */
#ifndef MW_ACCESS_H
#define MW_ACCESS_H

#include <stdint.h>
#include <time.h>

#include "policy.h"

/* NULL: access, and *timeout is how long a session that begins now may last (s; 0: without end):
 * the session-timeout or what is left of the access-hours. Otherwise why not, static, for the log. */
const char *access_now(const struct group_policy *g, time_t now, uint32_t *timeout);

#endif
