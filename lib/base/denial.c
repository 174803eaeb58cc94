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
    }
    return "unknown";
}

const char *goodbye_name(enum goodbye g)
{
    switch (g) {
    case GOODBYE_EVICTED:
        return "outstanding-limit";
    case GOODBYE_BUSY:
        return "busy";
    case GOODBYE_TIMEOUT:
        return "login-timeout";
    case GOODBYE_LOGGED_OFF:
        return "logged-off";
    case GOODBYE_TROUBLE:
        return "trouble";
    }
    return "unknown";
}
