/* SPDX-License-Identifier: ISC */
/*
 * available - which parts of the policy this release carries out. PURE.
 *
 * The format is whole from the start; what can't be done yet is complained about wherever a policy
 * asks for it, and never silently ignored. A part that gets done is a row that becomes true.
 */
#ifndef MW_AVAILABLE_H
#define MW_AVAILABLE_H

#include <stdbool.h>

enum feature {
    FEATURE_AAA,
    FEATURE_CERTIFICATE,
    FEATURE_PIGGYBACK,
    FEATURE_MAILHOST,
    FEATURE_GROUP_LOCAL,
    FEATURE_GROUP_RADIUS,
    FEATURE_GROUP_LDAP,
    FEATURE_GROUP_HTTP,
    FEATURE_AUTHORIZATION,
    FEATURE_ACCOUNTING,
    FEATURE_CRL,
    FEATURE_OCSP,
    FEATURE_ACCESS_HOURS,
    FEATURE_SIMULTANEOUS_LOGINS,
    FEATURE_MAIL_SESSIONS,
    FEATURE_MAX_SESSIONS,
};

const char *feature_name(enum feature f); /* "method certificate", "access-hours": static */
bool feature_available(enum feature f);

#endif
