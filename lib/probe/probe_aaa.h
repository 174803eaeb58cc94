/* SPDX-License-Identifier: ISC */
/*
 * probe_aaa - asks whether an AAA server is there and speaks to us, without anybody's login:
 *
 *   radius   Status-Server (RFC 5997), which shows that the secret is right, too; with tls the
 *            handshake before it
 *   ldap     connects, TLS as the policy says, binds as bind-dn where there is one
 *   http     connects, TLS for https; asks for nothing
 */
#ifndef MW_PROBE_AAA_H
#define MW_PROBE_AAA_H

#include "probe.h"

/* s is one of g's servers; a local group has none. accounting: radius only, the port for it. Blocks
 * for at most ms. result->why names the server. */
void probe_aaa(const struct server_group *g, const struct aaa_server *s, bool accounting,
               unsigned ms, struct probe_result *result);

#endif
