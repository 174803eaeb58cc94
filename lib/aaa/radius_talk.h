/* SPDX-License-Identifier: ISC */
/*
 * radius_talk - one request to one RADIUS server, which may take so long and no longer.
 *
 * Names take as long as they please, and radcli's TCP and TLS too. So each request is a process of
 * its own, which is killed at the deadline, and beyond which a server's nonsense can do no harm.
 * The secret is read there, and is gone with it.
 */
#ifndef MW_RADIUS_TALK_H
#define MW_RADIUS_TALK_H

#include "aaa.h"

enum radius_kind { RADIUS_AUTHENTICATION, RADIUS_ACCOUNTING };

/* What stands in a request: an attribute of radius_radcli.c's dictionary, or in an answer. */
struct radius_attribute {
    unsigned type, vendor; /* RFC 2865's number; vendor 0: none */
    struct span text;      /* at most LIMIT_RADIUS_TEXT octets, or p NULL: */
    uint32_t number;
};

#define RADIUS_VENDOR       3076 /* the VPN appliances' */
#define RADIUS_SESSION_TYPE 151  /* of that vendor: */
#define RADIUS_EMAIL_PROXY  4

/* A request; put nothing empty in it: an attribute has at least one octet. */
#define RADIUS_ATTRIBUTES 64
struct radius_request {
    enum radius_kind kind;
    size_t count;
    bool overflow; /* more than RADIUS_ATTRIBUTES, or a text too long: it can't be sent */
    struct radius_attribute attributes[RADIUS_ATTRIBUTES];
};
void radius_text(struct radius_request *r, unsigned type, struct span text); /* empty: left out */
void radius_number(struct radius_request *r, unsigned type, uint32_t number);
void radius_vendor_number(struct radius_request *r, unsigned type, uint32_t number);

/* Asks over UDP or TLS, until clock_ms is deadline. AAA_YES: Access-Accept or Accounting-Response,
 * with group policy and Class; AAA_NO: Access-Reject or Access-Challenge, or an answer whose group
 * policy can't be one; AAA_TEMPORARY: no answer that could be believed. */
enum aaa_outcome radius_ask(const struct aaa_server *s, const struct radius_request *r,
                            uint64_t deadline, struct aaa_answer *a);

/* The server's port for that. */
unsigned radius_port(const struct aaa_server *s, enum radius_kind kind);

#endif
