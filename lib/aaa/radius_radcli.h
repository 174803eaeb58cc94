/* SPDX-License-Identifier: ISC */
/*
 * radius_radcli - one request to a RADIUS server over TLS (RFC 6614), through radcli.
 *
 * TLS vouches for the answers; radcli itself believes any (see radius_udp.h).
 */
#ifndef MW_RADIUS_RADCLI_H
#define MW_RADIUS_RADCLI_H

#include "radius_talk.h"

/* As radius_ask, but with no end that can be relied on, with standard error in use, and with
 * memory, descriptors and secrets left to the process's end. */
enum aaa_outcome radius_radcli(const struct aaa_server *s, const struct radius_request *r,
                               uint64_t deadline, struct aaa_answer *a);

#endif
