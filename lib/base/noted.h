/* SPDX-License-Identifier: ISC */
/* noted - what happens to a connection before any login that somebody could judge, for the log. The
 * filter sees it, and tells the helper, which logs whose connection it was. The values stand in
 * messages. PURE. */
#ifndef MW_NOTED_H
#define MW_NOTED_H

#include "denial.h"

enum noted {
    NOTED_TLS_FAILED = 1,
    NOTED_NO_LOGIN,             /* the client presented no valid login */
    NOTED_CERTIFICATE_WRONG,    /* it belongs to no user of ours, or no longer does */
    NOTED_CERTIFICATE_REFUSED,  /* missing, or out of date */
    NOTED_CERTIFICATE_UNJUDGED, /* there is no CRL to look into */
};
#define NOTED_LAST NOTED_CERTIFICATE_UNJUDGED

/* How the log calls it. */
struct noted_traits {
    const char *event;
    int level;          /* LOG_ERR … LOG_INFO */
    enum denial denial; /* 0: none */
};
const struct noted_traits *noted_traits(enum noted n); /* n: 1 … NOTED_LAST */

#endif
