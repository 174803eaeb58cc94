/* SPDX-License-Identifier: ISC */
/* ctl_say - how check and explain word a policy on standard output: a label, and words that are
 * wrapped at 80 columns. A word that is longer alone is not cut. */
#ifndef MW_CTL_SAY_H
#define MW_CTL_SAY_H

#include "policy.h"

#define SAY_MAX 2048 /* octets of one saying; a longer one is cut */

/* "  label               the words", printf-like. A label of "" goes on where the last stopped. */
void say(const char *label, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The words for parts of a policy. Those with a room write there, and return it. */
const char *say_tls_mode(const struct mail_server *s);
const char *say_methods(unsigned methods, char room[64]);
const char *say_limit(unsigned limit, const char *unit, char room[64]); /* "30 min", "no limit" */
const char *say_group_type(enum group_type t);
const char *say_authorized(const struct protocol_policy *p, char room[64]); /* under which name */

/* How a connection to s is made: port, TLS, what it checks, what it says of the client. */
void say_server(const char *label, const char *host, const struct mail_server *s);

/* Which group policy a session gets. */
void say_group_policy(const struct protocol_policy *p);

#endif
