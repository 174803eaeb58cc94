/* SPDX-License-Identifier: ISC */
/* context - loads certificates, keys and CA lists before the process enters its jail; see tls.h. */
#include <stdlib.h>
#include <string.h>

#include "decide.h"
#include "tls_internal.h"

static bool cipher_is_ours(unsigned cipher)
{
    return cipher == GNUTLS_CIPHER_AES_128_GCM || cipher == GNUTLS_CIPHER_AES_256_GCM ||
           cipher == GNUTLS_CIPHER_CHACHA20_POLY1305;
}

/* A handshake in a finite field costs us up to 40 times one on a curve, for the asking. */
static void look_for_costly_groups(struct tls_context *c, const struct policy *p)
{
    const unsigned *list;
    int n = gnutls_priority_group_list(c->priority, &list);

    for (int i = 0; i < n; i++) {
        const char *name = gnutls_group_get_name((gnutls_group_t)list[i]);
        if (name && strncmp(name, "FFDHE", 5) == 0) {
            err_set(&c->costly,
                    "%s:%d: element <tls>: the priority allows %s, which lets anybody make "
                    "handshakes costly: expected curves only, or no priority",
                    p->file, p->tls_line, name);
            return;
        }
    }
}

static int load_priority(struct tls_context *c, const struct policy *p, struct err *e)
{
    const char *at = "";
    const unsigned *list;
    int failed = gnutls_priority_init(&c->priority, policy_priority(p), &at);

    if (failed)
        return err_set(e, "%s:%d: element <tls>: invalid priority at \"%.40s\": %s", p->file,
                       p->tls_line, at, gnutls_strerror(failed));
    int n = gnutls_priority_cipher_list(c->priority, &list);
    for (int i = 0; i < n; i++)
        if (!cipher_is_ours(list[i]))
            return err_set(
                e,
                "%s:%d: element <tls>: invalid priority: it allows %s, expected only AES-128-GCM, "
                "AES-256-GCM and CHACHA20-POLY1305",
                p->file, p->tls_line, gnutls_cipher_get_name((gnutls_cipher_algorithm_t)list[i]));
    n = gnutls_priority_protocol_list(c->priority, &list);
    for (int i = 0; i < n; i++) {
        c->tls13 = c->tls13 || list[i] == GNUTLS_TLS1_3;
        if (list[i] != GNUTLS_TLS1_2 && list[i] != GNUTLS_TLS1_3)
            return err_set(e,
                           "%s:%d: element <tls>: invalid priority: it allows %s, expected only "
                           "TLS 1.2 and 1.3",
                           p->file, p->tls_line,
                           gnutls_protocol_get_name((gnutls_protocol_t)list[i]));
    }
    look_for_costly_groups(c, p);
    return 0;
}

static int load_certificates(struct tls_context *c, const struct policy *p, struct err *e)
{
    if (p->certificate_count == 0)
        return err_set(e, "%s: element <tls>: no certificate: expected at least one", p->file);
    c->certificates = calloc(p->certificate_count, sizeof *c->certificates);
    if (!c->certificates)
        return err_set(e, "no memory for certificates");
    for (; c->certificate_count < p->certificate_count; c->certificate_count++) {
        struct server_certificate *s = &c->certificates[c->certificate_count];
        const struct policy_certificate *cert = &p->certificates[c->certificate_count];
        if (server_certificate_load(s, p->file, cert, &c->old_response, e)) {
            server_certificate_free(s);
            return -1;
        }
    }
    return 0;
}

static const struct tls_trust *find_trust(const struct tls_context *c, struct span ca)
{
    for (size_t i = 0; i < c->trust_count; i++)
        if (span_eq(span_str(c->trusts[i].ca), ca))
            return &c->trusts[i];
    return NULL;
}

static int load_trust(struct tls_context *c, const struct policy *p, const struct mail_server *s,
                      const char *element, struct err *e)
{
    if (s->tls == SERVER_TLS_NONE || !s->verify || find_trust(c, span_str(s->ca)))
        return 0;
    struct tls_trust *t = &c->trusts[c->trust_count];
    if (c->trust_count == sizeof c->trusts / sizeof *c->trusts || !(t->ca = strdup(s->ca)))
        return err_set(e, "%s:%d: element <%s>: too many CA lists", p->file, s->line, element);
    c->trust_count++;
    int n = gnutls_certificate_allocate_credentials(&t->credentials);
    if (!n)
        n = *s->ca
                ? gnutls_certificate_set_x509_trust_file(t->credentials, s->ca, GNUTLS_X509_FMT_PEM)
                : gnutls_certificate_set_x509_system_trust(t->credentials);
    if (n > 0)
        return 0;
    return err_set(e, "%s:%d: element <%s>: no CA certificate in %s%s%s", p->file, s->line, element,
                   *s->ca ? s->ca : "the system's list", n < 0 ? ": " : "",
                   n < 0 ? gnutls_strerror(n) : "");
}

static int load_trusts(struct tls_context *c, const struct policy *p, struct err *e)
{
    for (int i = 0; i < PROTOCOLS; i++) {
        const struct protocol_policy *pp = &p->protocols[i];
        if (!pp->present)
            continue;
        if (pp->default_server.host && load_trust(c, p, &pp->default_server, "default-server", e))
            return -1;
        for (size_t k = 0; k < pp->allowed_count; k++)
            if (load_trust(c, p, &pp->allowed[k], "allow-server", e))
                return -1;
    }
    return 0;
}

/* The client gets the names of the CAs and chooses its certificate by them. */
static int load_client_ca(struct tls_context *c, const struct policy *p, struct err *e)
{
    struct err why;

    for (int i = 0; i < PROTOCOLS; i++)
        c->asks[i] = decide_wants_certificate(&p->protocols[i]);
    if (!decide_wants_certificates(p))
        return 0;
    c->client_ca = client_ca_load(p->client_ca, p->crl, &why);
    if (!c->client_ca)
        return err_set(e, "%s:%d: element <tls>: %s", p->file, p->tls_line, why.text);
    for (size_t i = 0; i < c->certificate_count; i++) {
        int n = gnutls_certificate_set_x509_trust_file(c->certificates[i].credentials, p->client_ca,
                                                       GNUTLS_X509_FMT_PEM);
        if (n <= 0)
            return err_set(e, "%s:%d: element <tls>: can't announce client-ca %s: %s", p->file,
                           p->tls_line, p->client_ca, gnutls_strerror(n));
    }
    return 0;
}

/* One key for all processes forked from this one. GnuTLS derives a new one from it periodically. */
static int make_ticket_key(struct tls_context *c, const struct policy *p, struct err *e)
{
    int failed = p->tickets ? gnutls_session_ticket_key_generate(&c->ticket_key) : 0;

    return failed ? err_set(e, "can't make a key for session tickets: %s", gnutls_strerror(failed))
                  : 0;
}

struct tls_context *tls_context_load(const struct policy *p, struct err *e)
{
    struct tls_context *c = calloc(1, sizeof *c);

    if (!c || gnutls_certificate_allocate_credentials(&c->unverified)) {
        free(c);
        err_set(e, "no memory for TLS");
        return NULL;
    }
    if (load_priority(c, p, e) || load_certificates(c, p, e) || load_trusts(c, p, e) ||
        load_client_ca(c, p, e) || make_ticket_key(c, p, e)) {
        tls_context_free(c);
        return NULL;
    }
    return c;
}

void tls_context_free(struct tls_context *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->trust_count; i++) {
        if (c->trusts[i].credentials)
            gnutls_certificate_free_credentials(c->trusts[i].credentials);
        free(c->trusts[i].ca);
    }
    client_ca_free(c->client_ca);
    if (c->ticket_key.data)
        explicit_bzero(c->ticket_key.data, c->ticket_key.size);
    gnutls_free(c->ticket_key.data);
    for (size_t i = 0; i < c->certificate_count; i++)
        server_certificate_free(&c->certificates[i]);
    free(c->certificates);
    gnutls_certificate_free_credentials(c->unverified);
    if (c->priority)
        gnutls_priority_deinit(c->priority);
    free(c);
}

bool tls_context_costly(const struct tls_context *c, struct err *e)
{
    *e = c->costly;
    return *e->text != '\0';
}

bool tls_context_stale(const struct tls_context *c, struct err *e)
{
    if (*c->old_response.text) {
        *e = c->old_response;
        return true;
    }
    return c->client_ca && client_ca_stale(c->client_ca, e);
}

gnutls_certificate_credentials_t tls_trust_of(const struct tls_context *c, struct span ca)
{
    const struct tls_trust *t = find_trust(c, ca);

    return t ? t->credentials : NULL;
}
