/* SPDX-License-Identifier: ISC */
/* expiry_log - an edge: compares ends with the clock and logs; see expiry_log.h. */
#include "expiry_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "clock.h"
#include "log.h"

/* What to do about it, as reasons. */
static const struct {
    const char *soon, *over;
} expiry_reasons[VALIDITY_KINDS] = {
    [VALIDITY_CERTIFICATE] = {.soon = "expires soon: renew it, then reload",
                              .over = "has expired, clients refuse it: renew it, then reload"},
    [VALIDITY_CLIENT_CA] = {.soon = "expires soon: install its new certificate, then reload",
                            .over = "has expired, its certificates are refused: install its new "
                                    "one, then reload"},
    [VALIDITY_RADIUS] = {.soon = "expires soon: renew it, then reload",
                         .over = "has expired, RADIUS servers refuse it: renew it, then reload"},
    [VALIDITY_OCSP] = {.soon = "expires soon: fetch a new one, then reload",
                       .over = "has expired and is not sent: fetch a new one, then reload"},
    [VALIDITY_CRL] = {.soon = "expires soon: install its new CRL, then reload",
                      .over = "has expired, its certificates are refused: install its new CRL, "
                              "then reload"},
};

static void expiry_log_one(const struct validity *v, enum expiry state, int64_t now)
{
    bool crl = v->kind == VALIDITY_CRL, ocsp = v->kind == VALIDITY_OCSP;
    time_t until = (time_t)v->until;
    char date[32] = "", days[24];
    struct log_line l;
    struct tm tm;

    if (gmtime_r(&until, &tm))
        strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &tm);
    snprintf(days, sizeof days, "%" PRId64, expiry_days(v->until, now));
    log_start(&l,
              state == EXPIRY_OVER   ? LOG_ERR
              : state == EXPIRY_SOON ? LOG_WARNING
                                     : LOG_INFO,
              ocsp  ? "ocsp-expiry"
              : crl ? "crl-expiry"
                    : "certificate-expiry");
    log_str(&l, "file", v->file);
    log_str(&l, "subject", crl ? NULL : v->text);
    log_str(&l, "issuer", crl ? v->text : NULL);
    log_str(&l, "expires", date);
    log_str(&l, "days-left", days);
    if (state != EXPIRY_FAR)
        log_str(&l, "reason",
                state == EXPIRY_SOON ? expiry_reasons[v->kind].soon : expiry_reasons[v->kind].over);
    log_send(&l);
}

void expiry_log(const struct validity *list, size_t count, bool urgent_only)
{
    int64_t now = clock_wall();

    for (size_t i = 0; i < count; i++) {
        enum expiry state = validity_judge(&list[i], now);
        if (!list[i].unread && list[i].until != EXPIRY_NEVER &&
            (state != EXPIRY_FAR || !urgent_only))
            expiry_log_one(&list[i], state, now);
    }
}
