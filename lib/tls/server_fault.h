/* SPDX-License-Identifier: ISC */
/* server_fault - finds why one of our certificates can't be loaded, which GnuTLS tells with few
 * words. */
#ifndef MW_SERVER_FAULT_H
#define MW_SERVER_FAULT_H

#include "err.h"
#include "policy.h"

/* Reads chain and key once more, and sets why to what is wrong and what was expected; to GnuTLS's
 * words for code if it finds nothing. Returns -1. */
int server_fault(const struct policy_certificate *cert, int code, struct err *why);

#endif
