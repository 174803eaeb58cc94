/* SPDX-License-Identifier: ISC */
/*
 * host - names of mail servers, and whether a policy's entry matches one. PURE.
 *
 * The case of ASCII letters and one final dot don't matter. Names are ASCII here: idna.h makes
 * A-labels. An address may be in brackets and, if it is IPv6, behind "IPv6:" (RFC 5321 section
 * 4.1.3).
 */
#ifndef MW_HOST_H
#define MW_HOST_H

#include "limits.h"
#include "span.h"

/* Whether s is a host name: labels of 1 to 63 letters, digits, "-" and "_", LIMIT_HOST octets in
 * all (RFC 1123 section 2.1; "_" occurs in practice). An address is not a name. */
bool host_is_name(struct span s);

/* Whether resolvers would read s as an address: it has a ":", or its last label is a number. Says
 * nothing about whether that address is valid. */
bool host_is_address(struct span s);

/* Whether s is a host as a URL has it (RFC 3986 section 3.2): a name, an IPv4 address, or an IPv6
 * address in brackets; and perhaps ":" and a port from 1 to 65535. */
bool host_is_authority(struct span s);

/* Whether both are the same name, or the same address however it is written: an IPv4 address equals
 * its IPv4-mapped IPv6 one. */
bool host_same(struct span a, struct span b);

/* Whether pattern matches host: both are the same; or pattern is "*.suffix", and host is a name with
 * one or more labels before the suffix. */
bool host_matches(struct span pattern, struct span host);

/* Whether s is a valid IPv4 or IPv6 address, as inet_pton(3) reads it: without brackets. */
bool host_is_valid_address(struct span s);

#define HOST_PORT_MAX (LIMIT_HOST + 10)

/* Writes "HOST:PORT"; an IPv6 address gets brackets. Returns room. */
const char *host_port(char room[HOST_PORT_MAX], const char *host, unsigned port);

bool host_is_pattern(struct span s); /* it begins with "*." */

struct span host_without_dot(struct span s); /* s without its final dot, if it has one */
struct span host_bare(struct span s);        /* s without brackets and "IPv6:" */

#endif
