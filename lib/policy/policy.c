/* SPDX-License-Identifier: ISC */
/* policy - PURE: the questions about a policy that policy.h declares. */
#include "policy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "identifier.h"

/* The object identifiers are X.520's, as RFC 4519 has them, but for emailAddress, which is PKCS
 * #9's (RFC 2985 section 5.2.1). Where several types have similar names these are the appliance's:
 * SER is the subject's own serialNumber, not the certificate's; N is name, not cn. */
static const struct {
    const char *name, *oid;
} fields[] = {
    [DN_C] = {"C", "2.5.4.6"},                       /* countryName */
    [DN_CN] = {"CN", "2.5.4.3"},                     /* commonName */
    [DN_DNQ] = {"DNQ", "2.5.4.46"},                  /* dnQualifier */
    [DN_EA] = {"EA", "1.2.840.113549.1.9.1"},        /* emailAddress */
    [DN_GENQ] = {"GENQ", "2.5.4.44"},                /* generationQualifier */
    [DN_GN] = {"GN", "2.5.4.42"},                    /* givenName */
    [DN_I] = {"I", "2.5.4.43"},                      /* initials */
    [DN_L] = {"L", "2.5.4.7"},                       /* localityName */
    [DN_N] = {"N", "2.5.4.41"},                      /* name */
    [DN_O] = {"O", "2.5.4.10"},                      /* organizationName */
    [DN_OU] = {"OU", "2.5.4.11"},                    /* organizationalUnitName */
    [DN_SER] = {"SER", "2.5.4.5"},                   /* serialNumber */
    [DN_SN] = {"SN", "2.5.4.4"},                     /* surname */
    [DN_SP] = {"SP", "2.5.4.8"},                     /* stateOrProvinceName */
    [DN_T] = {"T", "2.5.4.12"},                      /* title */
    [DN_UID] = {"UID", "0.9.2342.19200300.100.1.1"}, /* userid */
    [DN_NONE] = {"None", ""},
};

const char *dn_field_name(enum dn_field f)
{
    return fields[f].name;
}

const char *dn_field_oid(enum dn_field f)
{
    return fields[f].oid;
}

bool interface_usable(const struct policy_interface *i)
{
    return !i->management_only && !identifier_is_vlan(span_str(i->device));
}

bool interface_link_local(const struct policy_interface *i)
{
    struct in6_addr a;

    return inet_pton(AF_INET6, i->address, &a) == 1 && IN6_IS_ADDR_LINKLOCAL(&a);
}

/* Returns the credential whose name text begins with, or NULL. */
static const struct policy_credential *find_credential(const struct policy *p, const char *text)
{
    const struct policy_credential *best = NULL;

    for (const struct policy_credential *c = p->credentials; c; c = c->next)
        if (strncmp(text, c->file, strlen(c->file)) == 0 &&
            (!best || strlen(c->file) > strlen(best->file)))
            best = c;
    return best;
}

const char *policy_written(const struct policy *p, const char *text, char *room, size_t size)
{
    size_t n = 0;

    while (*text && n + 1 < size) {
        const struct policy_credential *c = *text == '/' ? find_credential(p, text) : NULL;
        if (!c) {
            room[n++] = *text++;
            continue;
        }
        for (const char *s = c->written; *s && n + 1 < size; s++)
            room[n++] = *s;
        text += strlen(c->file);
    }
    room[n] = '\0';
    return room;
}

bool protocol_enabled_on(const struct protocol_policy *p, struct span interface)
{
    for (size_t i = 0; p->present && i < p->enabled_count; i++)
        if (span_eq(span_str(p->enabled[i]->name), interface))
            return true;
    return false;
}

/* The three AEAD ciphers that lib/record speaks, always with forward secrecy, and no SHA-1. A
 * handshake in a finite field (FFDHE) would cost us ten times one on a curve, for the asking. GnuTLS
 * by itself ignores a client's record_size_limit below 512, and refuses a server with one. */
#define OUR_PRIORITY                                                                               \
    "NONE:+VERS-TLS1.3:+VERS-TLS1.2:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:+AEAD"            \
    ":+ECDHE-ECDSA:+ECDHE-RSA:+CTYPE-CLI-X509:+CTYPE-SRV-X509:+COMP-NULL"                          \
    ":+SIGN-ALL:-SIGN-RSA-SHA1:-SIGN-ECDSA-SHA1:-SIGN-DSA-SHA1"                                    \
    ":+GROUP-ALL:-GROUP-FFDHE2048:-GROUP-FFDHE3072:-GROUP-FFDHE4096:-GROUP-FFDHE6144"              \
    ":-GROUP-FFDHE8192:%SERVER_PRECEDENCE:%ALLOW_SMALL_RECORDS"

const char *policy_priority(const struct policy *p)
{
    return *p->tls_priority ? p->tls_priority : OUR_PRIORITY;
}
