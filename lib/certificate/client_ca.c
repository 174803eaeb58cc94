/* SPDX-License-Identifier: ISC */
/* client_ca - loads CAs and their CRLs; see client_ca.h. Checks that the administrator's files fit
 * together. */
#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "certificates.h"
#include "client_ca_internal.h"

#define NAME_ROOM 200 /* room for a name in a message */

/* Copies "CN=…", cut to fit, and frees the original. */
static const char *copy_name(char room[NAME_ROOM], gnutls_datum_t *name)
{
    snprintf(room, NAME_ROOM, "%s", name->data ? (const char *)name->data : "a nameless CA");
    gnutls_free(name->data);
    return room;
}

static const char *ca_name(gnutls_x509_crt_t ca, char room[NAME_ROOM])
{
    gnutls_datum_t name = {NULL, 0};

    gnutls_x509_crt_get_dn3(ca, &name, 0);
    return copy_name(room, &name);
}

static const char *crl_name(gnutls_x509_crl_t crl, char room[NAME_ROOM])
{
    gnutls_datum_t name = {NULL, 0};

    gnutls_x509_crl_get_issuer_dn3(crl, &name, 0);
    return copy_name(room, &name);
}

static int unread(const char *file, const char *attribute, int failed, struct err *e)
{
    return err_set(e, "can't read %s %s: %s", attribute, file,
                   errno ? strerror(errno) : gnutls_strerror(failed));
}

/* GnuTLS would trust a certificate that is not a CA's as a client's own: refuse it. */
static int check_cas(const struct client_ca *c, const char *file, struct err *e)
{
    char room[NAME_ROOM];

    for (unsigned i = 0; i < c->ca_count; i++)
        if (gnutls_x509_crt_get_ca_status(c->cas[i], NULL) <= 0)
            return err_set(
                e,
                "invalid client-ca %s: certificate %u, %s, is not a CA's: expected CA certificates",
                file, i + 1, ca_name(c->cas[i], room));
    return 0;
}

static int load_cas(struct client_ca *c, const char *file, struct err *e)
{
    int failed = certificates_read(file, &c->cas, &c->ca_count);

    if (failed == GNUTLS_E_FILE_ERROR)
        return unread(file, "client-ca", failed, e);
    if (failed)
        return err_set(e, "invalid client-ca %s: expected CA certificates in PEM: %s", file,
                       gnutls_strerror(failed));
    int added = gnutls_x509_trust_list_add_cas(c->list, c->cas, c->ca_count, 0);
    if (added != (int)c->ca_count)
        return err_set(e, "can't use the certificates of client-ca %s: %s", file,
                       gnutls_strerror(added));
    return check_cas(c, file, e);
}

/* Returns whether a CRL has a critical extension: then it is a delta or covers only a part. */
static bool has_critical(gnutls_x509_crl_t crl)
{
    char oid[128];
    unsigned critical = 0;
    size_t size = sizeof oid;

    for (unsigned i = 0; !critical; i++, size = sizeof oid)
        if (gnutls_x509_crl_get_extension_info(crl, i, oid, &size, &critical) < 0)
            break;
    return critical != 0;
}

static int check_crl(const struct client_ca *c, unsigned i, const char *file, struct err *e)
{
    const unsigned dates = GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED |
                           GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE | GNUTLS_CERT_INVALID;
    char room[NAME_ROOM];
    unsigned status = 0;
    const char *name = crl_name(c->crls[i], room);

    if (has_critical(c->crls[i]))
        return err_set(e,
                       "invalid crl %s: CRL %u, of %s, is a delta or covers only a part: expected "
                       "complete CRLs",
                       file, i + 1, name);
    int failed = gnutls_x509_crl_verify(c->crls[i], c->cas, c->ca_count, 0, &status);
    if (failed < 0 || status & ~dates)
        return err_set(e,
                       "invalid crl %s: CRL %u, of %s, is not signed by a CA of client-ca that may "
                       "sign CRLs",
                       file, i + 1, name);
    return 0;
}

static int load_crls(struct client_ca *c, const char *file, struct err *e)
{
    gnutls_datum_t data;

    errno = 0;
    int failed = gnutls_load_file(file, &data);
    if (failed)
        return unread(file, "crl", failed, e);
    failed = gnutls_x509_crl_list_import2(&c->crls, &c->crl_count, &data, GNUTLS_X509_FMT_PEM, 0);
    gnutls_free(data.data);
    if (failed < 0 || c->crl_count == 0) {
        c->crl_count = 0;
        return err_set(e, "invalid crl %s: expected CRLs in PEM: %s", file,
                       gnutls_strerror(failed));
    }
    c->revokes = true;
    for (unsigned i = 0; i < c->crl_count; i++)
        if (check_crl(c, i, file, e))
            return -1;
    return 0;
}

struct client_ca *client_ca_load(const char *ca, const char *crl, struct err *e)
{
    struct client_ca *c = calloc(1, sizeof *c);

    if (!c || gnutls_x509_trust_list_init(&c->list, 0) < 0) {
        free(c);
        err_set(e, "no memory for the client CA");
        return NULL;
    }
    if (load_cas(c, ca, e) || (*crl && load_crls(c, crl, e))) {
        client_ca_free(c);
        return NULL;
    }
    return c;
}

void client_ca_free(struct client_ca *c)
{
    if (!c)
        return;
    gnutls_x509_trust_list_deinit(c->list, 1);
    gnutls_free(c->cas);
    for (unsigned i = 0; i < c->crl_count; i++)
        gnutls_x509_crl_deinit(c->crls[i]);
    gnutls_free(c->crls);
    free(c);
}

bool client_crl_fresh(gnutls_x509_crl_t crl)
{
    time_t now = time(NULL), next = gnutls_x509_crl_get_next_update(crl);

    return gnutls_x509_crl_get_this_update(crl) <= now && (next == (time_t)-1 || now < next);
}

bool client_ca_stale(const struct client_ca *c, struct err *e)
{
    char room[NAME_ROOM];

    for (unsigned i = 0; i < c->crl_count; i++)
        if (!client_crl_fresh(c->crls[i])) {
            err_set(e,
                    "the CRL of %s is out of date, and its certificates are refused: install its "
                    "new CRL",
                    crl_name(c->crls[i], room));
            return true;
        }
    return false;
}
