/* SPDX-License-Identifier: ISC */
/* denial - PURE; see denial.h. */
#include "denial.h"

const char *denial_name(enum denial d)
{
    switch (d) {
    case DENIAL_REFUSED:
        return "refused";
    case DENIAL_TEMPORARY:
        return "temporary";
    case DENIAL_LIMIT:
        return "limit";
    case DENIAL_ADMIN:
        return "admin";
    case DENIAL_UNCLEAR:
        return "unclear";
    }
    return "unknown";
}
