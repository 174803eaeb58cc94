/* SPDX-License-Identifier: ISC */
/* expiry - how long something with an end is still good. PURE. Times are seconds since 1970. */
#ifndef MW_EXPIRY_H
#define MW_EXPIRY_H

#include <stdbool.h>
#include <stdint.h>

#define EXPIRY_WARN_DAYS 14
#define EXPIRY_NEVER     INT64_MAX /* it has no end */

enum expiry {
    EXPIRY_FAR,
    EXPIRY_SOON, /* to be renewed now */
    EXPIRY_OVER, /* it has ended */
};

/* Returns the whole days that are left until then; negative: it ended, at most this many days ago.
 * A certificate that ends in 23 hours has 0 days left, one that ended a minute ago has -1. */
int64_t expiry_days(int64_t until, int64_t now);

/* Judges a certificate: EXPIRY_SOON below EXPIRY_WARN_DAYS days. */
enum expiry expiry_judge(int64_t until, int64_t now);

/* Judges what is issued anew every few days or hours, a CRL or an OCSP response: EXPIRY_SOON in the
 * last quarter of the time from its issue to its end, or below EXPIRY_WARN_DAYS days, whichever is
 * later. */
enum expiry expiry_judge_short(int64_t from, int64_t until, int64_t now);

#endif
