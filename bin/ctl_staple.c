/* SPDX-License-Identifier: ISC */
/* ctl_staple - mailwicketctl staple: lists the certificates that need an OCSP response, and installs
 * one (R15.1). Believes nothing that a responder says. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "certificates.h"
#include "clock.h"
#include "ctl.h"
#include "ocsp_response.h"
#include "replace_files.h"

static int staple_failed(const char *file, const char *why)
{
    fprintf(stderr, PROGRAM_CONTROL ": %s: %s\n", file, why);
    return CTL_NO;
}

static int staple_list(const struct policy *p)
{
    for (size_t i = 0; i < p->certificate_count; i++)
        if (*p->certificates[i].ocsp)
            printf("%s\t%s\n", p->certificates[i].chain, p->certificates[i].ocsp);
    return CTL_GOOD;
}

static int staple_check(const gnutls_datum_t *data, const char *chain, struct err *e)
{
    gnutls_ocsp_resp_t response = ocsp_response_read(data);
    gnutls_x509_crt_t *crts;
    unsigned n;
    int code = -1;

    if (certificates_read(chain, &crts, &n) || n < 2)
        err_set(e, "%s: expected the certificate and its issuer's", chain);
    else if (!response)
        err_set(e, "expected an OCSP response in DER or PEM");
    else
        code = ocsp_response_check(response, crts[0], crts[1], clock_wall(), e);
    certificates_free(crts, n);
    if (response)
        gnutls_ocsp_resp_deinit(response);
    return code;
}

static int staple_install(const struct policy_certificate *c, const char *file,
                          const gnutls_datum_t *data)
{
    struct replacement r = {
        .file = c->ocsp, .data = {data->data}, .size = {data->size}, .mode = 0644};
    struct err e;

    if (staple_check(data, c->chain, &e))
        return staple_failed(file, e.text);
    if (replace_files(&r, 1, &e))
        return staple_failed(file, e.text);
    printf("%s %s\n", c->ocsp, r.changed ? "is replaced" : "is up to date");
    return CTL_GOOD;
}

static int staple(const struct policy *p, const char *chain, const char *file)
{
    const struct policy_certificate *c = NULL;
    gnutls_datum_t data;

    for (size_t i = 0; i < p->certificate_count; i++)
        if (*p->certificates[i].ocsp && strcmp(p->certificates[i].chain, chain) == 0)
            c = &p->certificates[i];
    if (!c)
        return staple_failed(p->file, "no certificate with this chain and ocsp");
    errno = 0;
    if (gnutls_load_file(file, &data))
        return staple_failed(file, errno ? strerror(errno) : "can't read it");
    int code = staple_install(c, file, &data);
    gnutls_free(data.data);
    return code;
}

int ctl_staple(struct ctl *c, int argc, char **argv)
{
    if ((argc != 1 && argc != 3) || (argc == 3 && *argv[1] == '-'))
        return CTL_USAGE;
    const struct policy *p = ctl_policy(c);
    if (!p)
        return CTL_NO;
    return argc == 1 ? staple_list(p) : staple(p, argv[1], argv[2]);
}
