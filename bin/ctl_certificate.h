/* SPDX-License-Identifier: ISC */
/* ctl_certificate - the certificate that a mail program would show in the handshake, and whether
 * that would do: for mailwicketctl try, which is no TLS client. */
#ifndef MW_CTL_CERTIFICATE_H
#define MW_CTL_CERTIFICATE_H

#include "client_ca.h"
#include "limits.h"
#include "policy.h"

struct ctl_certificate {
    char room[LIMIT_CERTIFICATE + LIMIT_ISSUERS]; /* DER, one behind the other */
    size_t size;
    struct span chain[LIMIT_CHAIN]; /* in room; the client's own first */
    size_t count;                   /* 0: none is shown */
};

/* Reads a PEM file: the client's certificate, and behind it those between it and its CA. What else
 * is in it (its key) is wiped. -1, and e says what would be right. */
int ctl_certificate_load(struct ctl_certificate *c, const char *file, struct err *e);

/* The certificates behind the first one, as a message has them. */
struct span ctl_certificate_issuers(const struct ctl_certificate *c);

/* What the filter would find in the handshake. -1 and e: the client CA or a CRL can't be loaded. */
int ctl_certificate_judge(const struct ctl_certificate *c, const struct policy *p,
                          enum client_verdict *v, struct err *e);

#endif
