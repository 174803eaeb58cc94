/* SPDX-License-Identifier: ISC */
/* front_text - what a client is told, for those who only report it. PURE; front_reply.c has them. */
#ifndef MW_FRONT_TEXT_H
#define MW_FRONT_TEXT_H

#include "denial.h"
#include "protocol.h"

/* The reply's line, without IMAP's tag and without CRLF; static. */
const char *front_text_of_denial(enum protocol p, enum denial why);
const char *front_text_of_goodbye(enum protocol p, enum goodbye why);
const char *front_text_of_grant(enum protocol p);

#endif
