/* SPDX-License-Identifier: ISC */
/*
 * radius_udp - one request to a RADIUS server over UDP.
 *
 * Not through radcli: version 1.2.11, which distributions have, takes an answer for the server's
 * whatever its authenticator is, and from any address; it sends no Message-Authenticator.
 */
#ifndef MW_RADIUS_UDP_H
#define MW_RADIUS_UDP_H

#include "radius_talk.h"

/* As radius_ask, but for the time that the server's name takes. */
enum aaa_outcome radius_udp(const struct aaa_server *s, const struct radius_request *r,
                            uint64_t deadline, struct aaa_answer *a);

#endif
