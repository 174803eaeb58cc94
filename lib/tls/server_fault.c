/* SPDX-License-Identifier: ISC */
/* server_fault - an edge: reads the files by GnuTLS; see server_fault.h. Holds keys. */
#include "server_fault.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

#include "certificates.h"
#include "limits.h"

#define KEY_ID_MAX 64

static int fault_unread(const char *what, int code, struct err *why)
{
    return err_set(why, "can't read the %s: %s", what,
                   errno ? strerror(errno) : gnutls_strerror(code));
}

static int fault_import_key(gnutls_x509_privkey_t key, const gnutls_datum_t *pem, struct err *why)
{
    if (memmem(pem->data, pem->size, "ENCRYPTED", strlen("ENCRYPTED")))
        return err_set(why, "the key is encrypted: expected one without a passphrase, as \"openssl "
                            "pkey -in KEY -out NEW\" writes it");
    int code = gnutls_x509_privkey_import2(key, pem, GNUTLS_X509_FMT_PEM, NULL, 0);
    if (code < 0)
        return err_set(why, "invalid key: %s: expected a private key in PEM",
                       gnutls_strerror(code));
    return 0;
}

static int fault_key_id(const char *file, unsigned char id[KEY_ID_MAX], size_t *n, struct err *why)
{
    gnutls_x509_privkey_t key;
    gnutls_datum_t pem;

    errno = 0;
    int failed = gnutls_load_file(file, &pem);
    if (failed)
        return fault_unread("key", failed, why);
    *n = KEY_ID_MAX;
    failed = gnutls_x509_privkey_init(&key) ? err_set(why, "no memory for the key") : 0;
    if (!failed) {
        failed = fault_import_key(key, &pem, why);
        if (!failed && gnutls_x509_privkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, id, n))
            failed = err_set(why, "the key's kind is not supported");
        gnutls_x509_privkey_deinit(key);
    }
    explicit_bzero(pem.data, pem.size);
    gnutls_free(pem.data);
    return failed;
}

/* Returns the index of the key's certificate, or n. */
static unsigned fault_find(gnutls_x509_crt_t *crts, unsigned n, const unsigned char *id,
                           size_t size)
{
    for (unsigned i = 0; i < n; i++) {
        unsigned char other[KEY_ID_MAX];
        size_t other_size = sizeof other;
        if (gnutls_x509_crt_get_key_id(crts[i], GNUTLS_KEYID_USE_SHA256, other, &other_size) == 0 &&
            other_size == size && memcmp(other, id, size) == 0)
            return i;
    }
    return n;
}

/* The certificates are right by themselves. */
static int fault_of_key(const struct policy_certificate *cert, gnutls_x509_crt_t *crts, unsigned n,
                        int code, struct err *why)
{
    unsigned char id[KEY_ID_MAX];
    size_t size;

    if (fault_key_id(cert->key, id, &size, why))
        return -1;
    unsigned at = fault_find(crts, n, id, size);
    if (at == n)
        return err_set(why, "the key belongs to no certificate of the chain: expected the key of "
                            "its first one");
    if (at > 0)
        return err_set(why,
                       "the key's certificate is no. %u of the chain: expected the server's own "
                       "first, then its issuer, then the issuer's issuer",
                       at + 1);
    if (code == GNUTLS_E_CERTIFICATE_LIST_UNSORTED)
        return err_set(why, "the chain is not in order: expected the server's own certificate "
                            "first, then its issuer, then the issuer's issuer");
    return err_set(why, "%s", gnutls_strerror(code));
}

int server_fault(const struct policy_certificate *cert, int code, struct err *why)
{
    gnutls_x509_crt_t *crts;
    unsigned n;
    int failed = certificates_read(cert->chain, &crts, &n);

    if (failed == GNUTLS_E_FILE_ERROR)
        return fault_unread("chain", failed, why);
    if (failed)
        return err_set(why,
                       "invalid chain: %s: expected certificates in PEM, the server's own "
                       "first",
                       gnutls_strerror(failed));
    fault_of_key(cert, crts, n, code, why);
    certificates_free(crts, n);
    return -1;
}
