/* SPDX-License-Identifier: ISC */
/*
 * radius_packet - RADIUS packets (RFC 2865, RFC 2866), and whether an answer is the server's. PURE.
 *
 * Access-Requests carry Message-Authenticator (RFC 3579 section 3.2) as their first attribute, and
 * answers to them must carry it too, unless the policy says otherwise: the Response Authenticator
 * alone can be forged by who is on the way (CVE-2024-3596).
 */
#ifndef MW_RADIUS_PACKET_H
#define MW_RADIUS_PACKET_H

#include "radius_talk.h"

#define RADIUS_PACKET        4096
#define RADIUS_AUTHENTICATOR 16

enum radius_code {
    RADIUS_ACCESS_REQUEST = 1,
    RADIUS_ACCESS_ACCEPT = 2,
    RADIUS_ACCESS_REJECT = 3,
    RADIUS_ACCOUNTING_REQUEST = 4,
    RADIUS_ACCOUNTING_RESPONSE = 5,
    RADIUS_ACCESS_CHALLENGE = 11,
};

struct radius_packet {
    size_t size;
    unsigned char p[RADIUS_PACKET];
};

/* What makes a packet one's own. random is not used for accounting (RFC 2866 section 3). */
struct radius_salt {
    unsigned char id, random[RADIUS_AUTHENTICATOR];
};

/* false: it has too many octets. The password is in it, hidden (RFC 2865 section 5.2). */
bool packet_build(struct radius_packet *out, const struct radius_request *r,
                  const struct radius_salt *salt, const char *secret);

enum packet_verdict {
    PACKET_GOOD,
    PACKET_FOREIGN,  /* no packet, or no answer to this request */
    PACKET_FORGED,   /* made by somebody who doesn't know the secret */
    PACKET_UNSIGNED, /* without the Message-Authenticator that is required */
};

enum packet_verdict packet_judge(const struct radius_packet *request, struct span reply,
                                 const char *secret, bool required);

/* A good answer's code, and its attributes one by one: false at their end. */
enum radius_code packet_code(struct span reply);
struct span packet_attributes(struct span reply);
bool packet_next(struct span *attributes, struct radius_attribute *out); /* always a text */

#endif
