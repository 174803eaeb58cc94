/* SPDX-License-Identifier: ISC */
/* noted - PURE; see noted.h. */
#include "noted.h"

#include <syslog.h>

static const struct noted_traits traits[] = {
    [NOTED_TLS_FAILED] = {"tls-failed", LOG_INFO, 0},
    [NOTED_NO_LOGIN] = {"not-authenticated", LOG_INFO, 0},
    [NOTED_CERTIFICATE_WRONG] = {"not-authenticated", LOG_NOTICE, DENIAL_REFUSED},
    [NOTED_CERTIFICATE_REFUSED] = {"refused", LOG_NOTICE, 0},
    [NOTED_CERTIFICATE_UNJUDGED] = {"refused", LOG_ERR, DENIAL_ADMIN},
};

const struct noted_traits *noted_traits(enum noted n)
{
    return &traits[n];
}
