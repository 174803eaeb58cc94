/* SPDX-License-Identifier: ISC */
/* ctl_say - prints labelled lines on standard output, wrapped at 80 columns, and has the words for
 * parts of a policy. For check, explain and try. A longer word is not cut. */
#ifndef MW_CTL_SAY_H
#define MW_CTL_SAY_H

#include "policy.h"

#define SAY_MAX 2048 /* octets; a longer text is cut */

/* Prints "  label               the text", with a format as printf's. Label "" continues the line
 * before. */
void say(const char *label, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The words for parts of a policy. A function with a room may write there and return it. */
const char *say_methods(unsigned methods, char room[64]);
const char *say_limit(unsigned limit, const char *unit, char room[64]); /* "30 min", "no limit" */
const char *say_group_type(enum group_type t);
const char *say_authorized(const struct protocol_policy *p,
                           char room[64]); /* which name it asks for */

/* Prints how a connection to s is made: port, TLS, certificate check, client address. */
void say_server(const char *label, const char *host, const struct mail_server *s);

/* Prints where a session's group policy comes from. */
void say_group_policy(const struct protocol_policy *p);

#endif
