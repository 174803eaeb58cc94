/* SPDX-License-Identifier: ISC */
/* pair - an edge: reads the administrator's files by GnuTLS; see pair.h. */
#include "pair.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define PAIR_NAME_MAX 256

static int pair_read(gnutls_datum_t *data, const char *file, struct err *e)
{
    errno = 0;
    int failed = gnutls_load_file(file, data);

    if (!failed)
        return 0;
    *data = (gnutls_datum_t){NULL, 0};
    return err_set(e, "can't read %s: %s", file, errno ? strerror(errno) : gnutls_strerror(failed));
}

static int pair_import(struct pair *p, const char *file, struct err *e)
{
    int failed =
        gnutls_x509_crt_list_import2(&p->certificates, &p->count, &p->chain, GNUTLS_X509_FMT_PEM,
                                     GNUTLS_X509_CRT_LIST_FAIL_IF_UNSORTED);

    if (failed >= 0 && p->count > 0)
        return 0;
    p->count = 0;
    if (failed == GNUTLS_E_CERTIFICATE_LIST_UNSORTED)
        return err_set(e,
                       "invalid chain %s: expected the server's certificate first, then each one's "
                       "issuer",
                       file);
    return err_set(e, "invalid chain %s: expected certificates in PEM: %s", file,
                   gnutls_strerror(failed));
}

static int pair_check_dates(const struct pair *p, const char *file, int64_t now, struct err *e)
{
    for (unsigned i = 0; i < p->count; i++) {
        if (gnutls_x509_crt_get_expiration_time(p->certificates[i]) < now)
            return err_set(e, "invalid chain %s: certificate %u has expired", file, i + 1);
        if (gnutls_x509_crt_get_activation_time(p->certificates[i]) > now)
            return err_set(e, "invalid chain %s: certificate %u is not valid yet", file, i + 1);
    }
    return 0;
}

/* As a start does it. */
static int pair_check_key(const struct pair *p, const char *chain, const char *key, struct err *e)
{
    gnutls_certificate_credentials_t credentials;
    int failed = gnutls_certificate_allocate_credentials(&credentials);

    if (failed)
        return err_set(e, "no memory");
    failed = gnutls_certificate_set_x509_key_mem2(credentials, &p->chain, &p->key,
                                                  GNUTLS_X509_FMT_PEM, NULL, 0);
    gnutls_certificate_free_credentials(credentials);
    if (failed >= 0)
        return 0;
    if (failed == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
        return err_set(e, "invalid key %s: it is not the key of %s", key, chain);
    if (memmem(p->key.data, p->key.size, "ENCRYPTED", strlen("ENCRYPTED")))
        return err_set(e, "invalid key %s: it is encrypted: expected one without a passphrase",
                       key);
    return err_set(e, "invalid key %s: expected a private key in PEM: %s", key,
                   gnutls_strerror(failed));
}

int pair_load(struct pair *p, const char *chain, const char *key, int64_t now, struct err *e)
{
    *p = (struct pair){.count = 0};
    if (pair_read(&p->chain, chain, e) == 0 && pair_read(&p->key, key, e) == 0 &&
        pair_import(p, chain, e) == 0 && pair_check_dates(p, chain, now, e) == 0 &&
        pair_check_key(p, chain, key, e) == 0)
        return 0;
    pair_free(p);
    return -1;
}

void pair_free(struct pair *p)
{
    for (unsigned i = 0; i < p->count; i++)
        gnutls_x509_crt_deinit(p->certificates[i]);
    gnutls_free(p->certificates);
    gnutls_free(p->chain.data);
    if (p->key.data)
        explicit_bzero(p->key.data, p->key.size);
    gnutls_free(p->key.data);
    *p = (struct pair){.count = 0};
}

/* Gets the certificate's name number i as text. Returns 0, or 1: the name is of another kind, or -1:
 * there are no more. */
static int pair_name(gnutls_x509_crt_t crt, unsigned i, char room[PAIR_NAME_MAX])
{
    char raw[PAIR_NAME_MAX];
    size_t size = sizeof raw - 1;
    int kind = gnutls_x509_crt_get_subject_alt_name(crt, i, raw, &size, NULL);

    if (kind == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        return -1;
    if (kind == GNUTLS_SAN_DNSNAME)
        return snprintf(room, PAIR_NAME_MAX, "%.*s", (int)size, raw) < 0;
    if (kind == GNUTLS_SAN_IPADDRESS && (size == 4 || size == 16))
        return inet_ntop(size == 4 ? AF_INET : AF_INET6, raw, room, PAIR_NAME_MAX) == NULL;
    return 1;
}

/* A wildcard is no name that a client asks for: only the same wildcard will do. */
static bool pair_has(gnutls_x509_crt_t crt, const char *name)
{
    char room[PAIR_NAME_MAX];
    int code;

    for (unsigned i = 0; (code = pair_name(crt, i, room)) >= 0; i++)
        if (code == 0 && strcasecmp(room, name) == 0)
            return true;
    return *name != '*' && gnutls_x509_crt_check_hostname(crt, name);
}

static bool pair_covers(const struct pair *p, gnutls_x509_crt_t older)
{
    char name[PAIR_NAME_MAX];
    unsigned names = 0;
    int code;

    for (unsigned i = 0; (code = pair_name(older, i, name)) >= 0; i++) {
        if (code > 0)
            continue;
        if (!pair_has(p->certificates[0], name))
            return false;
        names++;
    }
    return names > 0;
}

enum pair_fit pair_fit(const struct pair *p, const gnutls_datum_t *older)
{
    enum pair_fit fit = PAIR_OTHER;
    gnutls_x509_crt_t crt;

    if (gnutls_x509_crt_init(&crt))
        return PAIR_OTHER;
    if (gnutls_x509_crt_import(crt, older, GNUTLS_X509_FMT_PEM) == 0 && /* the first */
        pair_covers(p, crt))
        fit = gnutls_x509_crt_get_pk_algorithm(crt, NULL) ==
                      gnutls_x509_crt_get_pk_algorithm(p->certificates[0], NULL)
                  ? PAIR_SAME_KIND
                  : PAIR_SAME_NAMES;
    gnutls_x509_crt_deinit(crt);
    return fit;
}
