/* SPDX-License-Identifier: ISC */
/*
 * ldap_code - what the result of a bind with the user's password says about the user. PURE.
 *
 * A result code (RFC 4511 appendix A) about this user is a refusal. Any other but success is the
 * server's trouble, and another server may know more.
 */
#ifndef MW_LDAP_CODE_H
#define MW_LDAP_CODE_H

#include "aaa.h"
#include "span.h"

/* The outcome, and with AAA_NO *why, static. text is the diagnostic message that came with the code:
 * Active Directory tells more in it. */
enum aaa_outcome ldap_code_outcome(int code, struct span text, const char **why);

#endif
