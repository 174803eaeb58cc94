/* SPDX-License-Identifier: ISC */
/* expiry - see expiry.h. PURE. */
#include "expiry.h"

#define DAY 86400

int64_t expiry_days(int64_t until, int64_t now)
{
    int64_t left = until - now; /* times are not that far from 0 */

    return left >= 0 ? left / DAY : -((-left + DAY - 1) / DAY);
}

/* An X.509 certificate is valid including its last second (RFC 5280 section 4.1.2.5). */
static enum expiry judge(int64_t until, int64_t now, int64_t warn)
{
    if (until < now)
        return EXPIRY_OVER;
    return until - now < warn ? EXPIRY_SOON : EXPIRY_FAR;
}

enum expiry expiry_judge(int64_t until, int64_t now)
{
    return judge(until, now, EXPIRY_WARN_DAYS * DAY);
}

enum expiry expiry_judge_short(int64_t from, int64_t until, int64_t now)
{
    int64_t warn = EXPIRY_WARN_DAYS * DAY, quarter = until > from ? (until - from) / 4 : 0;

    return judge(until, now, quarter < warn ? quarter : warn);
}
