/* SPDX-License-Identifier: ISC */
/*
 * access - whether a group policy allows sessions now, and how long they may last (R6.3).
 *
 * Times of day are in the helper's time zone (TZ, else /etc/localtime), with summer time.
 */
#ifndef MW_ACCESS_H
#define MW_ACCESS_H

#include <stdint.h>
#include <time.h>

#include "aaa.h"
#include "policy.h"

/* Returns NULL when a session may begin now; *timeout is then how long it may last, in seconds (0:
 * without end): the session-timeout, or what is left of the access-hours if that is less. Otherwise
 * returns the reason for the log, a static text. */
const char *access_now(const struct group_policy *g, time_t now, uint32_t *timeout);

/* The same under the limits of AAA servers too: the tighter of both count. hours: those of their
 * time range, or "". */
const char *access_limited(const struct group_policy *g, const struct aaa_limits *l,
                           const char *hours, time_t now, uint32_t *timeout);

#endif
