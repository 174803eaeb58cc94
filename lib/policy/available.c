/* SPDX-License-Identifier: ISC */
/* available - the table of what this release can do. PURE. */
#include "available.h"

static const struct {
    const char *name;
    bool available;
} features[] = {
    [FEATURE_AAA] = {"method aaa", true},
    [FEATURE_CERTIFICATE] = {"method certificate", true},
    [FEATURE_PIGGYBACK] = {"method piggyback", true},
    [FEATURE_MAILHOST] = {"method mailhost", true},
    [FEATURE_GROUP_LOCAL] = {"a server group of type local", true},
    [FEATURE_GROUP_RADIUS] = {"a server group of type radius", true},
    [FEATURE_GROUP_LDAP] = {"a server group of type ldap", true},
    [FEATURE_GROUP_HTTP] = {"a server group of type http", true},
    [FEATURE_AUTHORIZATION] = {"authorization", true},
    [FEATURE_ACCOUNTING] = {"accounting", true},
    [FEATURE_CRL] = {"crl", true},
    [FEATURE_OCSP] = {"ocsp", true},
    [FEATURE_ACCESS_HOURS] = {"access-hours", true},
    [FEATURE_SIMULTANEOUS_LOGINS] = {"simultaneous-logins", true},
    [FEATURE_MAIL_SESSIONS] = {"mail-sessions", true},
    [FEATURE_MAX_SESSIONS] = {"max-sessions", true},
};

const char *feature_name(enum feature f)
{
    return features[f].name;
}

bool feature_available(enum feature f)
{
    return features[f].available;
}
