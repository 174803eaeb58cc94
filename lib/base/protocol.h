/* SPDX-License-Identifier: ISC */
/* protocol - the three protocols, with their names in the policy and their ports. PURE. */
#ifndef MW_PROTOCOL_H
#define MW_PROTOCOL_H

#include "span.h"

/* The values stand in the state file and in messages. */
enum protocol { PROTOCOL_POP3S = 0, PROTOCOL_IMAP4S = 1, PROTOCOL_SMTPS = 2 };
#define PROTOCOLS 3

const char *protocol_name(enum protocol p); /* "pop3s", "imap4s", "smtps": static */

/* Finds the protocol with this name, case-sensitive. false, and *p is unchanged, if there is none. */
bool protocol_parse(struct span name, enum protocol *p);

/* The default port to listen on: 995, 993, 988. */
unsigned protocol_port(enum protocol p);

/* A mail server's default port: 110, 143, 25, or with implicit TLS 995, 993, 465. */
unsigned protocol_server_port(enum protocol p, bool implicit_tls);

#endif
