/* SPDX-License-Identifier: ISC */
/* ctl_certificate - checks a client certificate as the TLS handshake would. For mailwicketctl try,
 * which makes no handshake. */
#ifndef MW_CTL_CERTIFICATE_H
#define MW_CTL_CERTIFICATE_H

#include "client_ca.h"
#include "limits.h"
#include "policy.h"

struct ctl_certificate {
    char room[LIMIT_CERTIFICATE + LIMIT_ISSUERS]; /* the certificates in DER, one after another */
    size_t size;
    struct span chain[LIMIT_CHAIN]; /* in room; the client's own comes first */
    size_t count;                   /* 0: the mail program presents none */
};

/* Reads a PEM file: the client's certificate, then those between it and its CA. Wipes everything
 * else that the file holds, such as the key. 0, or -1 and e. */
int ctl_certificate_load(struct ctl_certificate *c, const char *file, struct err *e);

/* Returns the certificates after the first one, as struct wire_verify wants them. */
struct span ctl_certificate_issuers(const struct ctl_certificate *c);

/* Sets *v to what the filter would find in the handshake; CLIENT_NONE without a certificate. 0, or
 * -1 and e: the client CA or a CRL cannot be loaded. */
int ctl_certificate_judge(const struct ctl_certificate *c, const struct policy *p,
                          enum client_verdict *v, struct err *e);

#endif
