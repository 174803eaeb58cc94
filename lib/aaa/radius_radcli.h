/* SPDX-License-Identifier: ISC */
/* radius_radcli - one request through radcli, in the process that radius_talk has for it. */
#ifndef MW_RADIUS_RADCLI_H
#define MW_RADIUS_RADCLI_H

#include "radius_talk.h"

/* As radius_ask, but with no end that can be relied on, with standard error in use, and with memory,
 * descriptors and secrets left to the process's end. */
enum aaa_outcome radius_radcli(const struct aaa_server *s, const struct radius_request *r,
                               uint64_t deadline, struct aaa_answer *a);

unsigned radius_port(const struct aaa_server *s, enum radius_kind kind); /* radius_talk.c */

#endif
