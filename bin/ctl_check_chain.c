/* SPDX-License-Identifier: ISC */
/* ctl_check_chain - an edge: reads one of our certificates by GnuTLS; see ctl_check.h. */
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "certificates.h"
#include "clock.h"
#include "ctl_check.h"
#include "ctl_say.h"
#include "expiry.h"

#define SUBJECT_MAX 256

struct chain {
    const struct policy *policy;
    const struct policy_certificate *c;
    struct ctl_findings *f;
    gnutls_x509_crt_t *crts;
    unsigned n;
};

#define CHAIN_SAY(ch, kind, ...)                                                                   \
    ctl_findings_say((ch)->f, (kind), (ch)->policy->file, (ch)->c->line, "certificate", __VA_ARGS__)

static const char *chain_name(gnutls_datum_t *dn, char room[SUBJECT_MAX])
{
    snprintf(room, SUBJECT_MAX, "%s", dn->data ? (const char *)dn->data : "a nameless one");
    gnutls_free(dn->data);
    return room;
}

static const char *chain_subject(gnutls_x509_crt_t crt, char room[SUBJECT_MAX])
{
    gnutls_datum_t dn = {NULL, 0};

    gnutls_x509_crt_get_dn3(crt, &dn, 0);
    return chain_name(&dn, room);
}

static const char *chain_issuer(gnutls_x509_crt_t crt, char room[SUBJECT_MAX])
{
    gnutls_datum_t dn = {NULL, 0};

    gnutls_x509_crt_get_issuer_dn3(crt, &dn, 0);
    return chain_name(&dn, room);
}

static void chain_date(time_t t, char room[16])
{
    struct tm tm;

    *room = '\0';
    if (gmtime_r(&t, &tm))
        strftime(room, 16, "%Y-%m-%d", &tm);
}

static void chain_check_dates(const struct chain *ch, gnutls_x509_crt_t crt)
{
    int64_t now = clock_wall(), until = gnutls_x509_crt_get_expiration_time(crt),
            from = gnutls_x509_crt_get_activation_time(crt);
    int64_t days = expiry_days(until, now);
    char subject[SUBJECT_MAX], date[16];

    chain_subject(crt, subject);
    if (from > now) {
        chain_date((time_t)from, date);
        CHAIN_SAY(ch, COMPLAINT_ERROR,
                  "chain %s: %s is not valid before %s: wait, or set the machine's clock right",
                  ch->c->chain, subject, date);
    }
    chain_date((time_t)until, date);
    switch (expiry_judge(until, now)) {
    case EXPIRY_OVER:
        CHAIN_SAY(ch, COMPLAINT_ERROR,
                  "chain %s: %s expired on %s, %" PRId64 " days ago: renew it, then reload",
                  ch->c->chain, subject, date, -days - 1);
        break;
    case EXPIRY_SOON:
        CHAIN_SAY(ch, COMPLAINT_WARNING,
                  "chain %s: %s expires on %s, in %" PRId64 " days: renew it, then reload",
                  ch->c->chain, subject, date, days);
        break;
    default:
        break;
    }
}

static void chain_check_order(const struct chain *ch)
{
    char one[SUBJECT_MAX], other[SUBJECT_MAX];

    for (unsigned i = 0; i + 1 < ch->n; i++)
        if (!gnutls_x509_crt_check_issuer(ch->crts[i], ch->crts[i + 1]))
            CHAIN_SAY(ch, COMPLAINT_WARNING,
                      "chain %s is not in order: its certificate no. %u, %s, did not issue the one "
                      "before it, %s: expected each certificate's issuer behind it",
                      ch->c->chain, i + 2, chain_subject(ch->crts[i + 1], one),
                      chain_subject(ch->crts[i], other));
}

static bool system_knows_issuer(gnutls_x509_crt_t crt)
{
    gnutls_x509_trust_list_t list;
    gnutls_x509_crt_t issuer;

    if (gnutls_x509_trust_list_init(&list, 0))
        return false;
    bool knows = gnutls_x509_trust_list_add_system_trust(list, 0, 0) > 0 &&
                 gnutls_x509_trust_list_get_issuer(list, crt, &issuer, 0) == 0;
    gnutls_x509_trust_list_deinit(list, 1);
    return knows;
}

/* Public CAs say where to fetch the issuer (CA/Browser Forum, Baseline Requirements 7.1.2.7.7), and
 * always issue by a CA in between. A CA of one's own without that may well be the root. */
static bool says_where_issuer_is(gnutls_x509_crt_t crt)
{
    gnutls_datum_t url = {NULL, 0};
    int code = GNUTLS_E_UNKNOWN_ALGORITHM;

    for (unsigned i = 0; code == GNUTLS_E_UNKNOWN_ALGORITHM && i < 8; i++)
        code =
            gnutls_x509_crt_get_authority_info_access(crt, i, GNUTLS_IA_CAISSUERS_URI, &url, NULL);
    gnutls_free(url.data);
    return code >= 0;
}

static void chain_check_complete(const struct chain *ch)
{
    gnutls_x509_crt_t last = ch->crts[ch->n - 1];
    char subject[SUBJECT_MAX], issuer[SUBJECT_MAX];

    if (gnutls_x509_crt_check_issuer(last, last) || system_knows_issuer(last) ||
        !says_where_issuer_is(last))
        return;
    CHAIN_SAY(ch, COMPLAINT_WARNING,
              "chain %s is not complete: the issuer of %s, %s, is neither in it nor among the "
              "system's CAs: expected the CAs in between behind the server's own certificate",
              ch->c->chain, chain_subject(last, subject), chain_issuer(last, issuer));
}

static bool names_host(gnutls_x509_crt_t crt)
{
    char name[SUBJECT_MAX];

    for (unsigned i = 0;; i++) {
        size_t n = sizeof name;
        int type = gnutls_x509_crt_get_subject_alt_name(crt, i, name, &n, NULL);
        if (type == GNUTLS_SAN_DNSNAME || type == GNUTLS_SAN_IPADDRESS)
            return true;
        if (type < 0 && type != GNUTLS_E_SHORT_MEMORY_BUFFER)
            return false;
    }
}

static void chain_check_use(const struct chain *ch)
{
    gnutls_x509_crt_t own = ch->crts[0];
    int algorithm = gnutls_x509_crt_get_signature_algorithm(own);

    if (!names_host(own))
        CHAIN_SAY(ch, COMPLAINT_WARNING,
                  "chain %s: the server's certificate names no host, and mail programs refuse it: "
                  "expected a DNS name among its subject alternative names",
                  ch->c->chain);
    if (!gnutls_x509_crt_check_key_purpose(own, GNUTLS_KP_TLS_WWW_SERVER, 0))
        CHAIN_SAY(ch, COMPLAINT_WARNING,
                  "chain %s: the first certificate is not for TLS servers: expected the extended "
                  "key usage serverAuth",
                  ch->c->chain);
    if (algorithm > 0 && !gnutls_sign_is_secure((gnutls_sign_algorithm_t)algorithm))
        CHAIN_SAY(
            ch, COMPLAINT_WARNING,
            "chain %s: the certificate is signed with %s, which mail programs refuse: expected "
            "SHA-256 or better",
            ch->c->chain, gnutls_sign_get_name((gnutls_sign_algorithm_t)algorithm));
}

/* Appends the DNS names, as many as fit. */
static void chain_names(gnutls_x509_crt_t crt, char room[SUBJECT_MAX])
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._*";
    size_t used = 0;
    int type = 0;

    *room = '\0';
    for (unsigned i = 0; type >= 0 || type == GNUTLS_E_SHORT_MEMORY_BUFFER; i++) {
        char name[SUBJECT_MAX] = "";
        size_t n = sizeof name - 1;
        type = gnutls_x509_crt_get_subject_alt_name(crt, i, name, &n, NULL);
        if (type != GNUTLS_SAN_DNSNAME || name[strspn(name, allowed)] ||
            used + strlen(name) + 3 > SUBJECT_MAX)
            continue;
        used += (size_t)snprintf(room + used, SUBJECT_MAX - used, "%s%s", used ? ", " : "", name);
    }
}

void print_chain(const struct policy_certificate *c)
{
    gnutls_x509_crt_t *crts;
    unsigned n;
    char names[SUBJECT_MAX], date[16];

    if (certificates_read(c->chain, &crts, &n))
        return;
    time_t until = gnutls_x509_crt_get_expiration_time(crts[0]);
    for (unsigned i = 1; i < n; i++)
        if (gnutls_x509_crt_get_expiration_time(crts[i]) < until)
            until = gnutls_x509_crt_get_expiration_time(crts[i]);
    chain_names(crts[0], names);
    chain_date(until, date);
    say("", "for %s, until %s, %" PRId64 " days left", *names ? names : "no host", date,
        expiry_days(until, clock_wall()));
    certificates_free(crts, n);
}

void check_chain(const struct policy *p, const struct policy_certificate *c, bool loads,
                 struct ctl_findings *f)
{
    struct chain ch = {.policy = p, .c = c, .f = f};

    if (certificates_read(c->chain, &ch.crts, &ch.n))
        return; /* loading it said so */
    for (unsigned i = 0; i < ch.n; i++)
        chain_check_dates(&ch, ch.crts[i]);
    if (loads) {
        chain_check_order(&ch);
        chain_check_complete(&ch);
        chain_check_use(&ch);
    }
    certificates_free(ch.crts, ch.n);
}
