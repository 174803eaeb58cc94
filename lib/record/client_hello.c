/* SPDX-License-Identifier: ISC */
/* client_hello - PURE; see client_hello.h. Believes no length. */
#include "client_hello.h"

#define BIT(key)   (1u << SERVER_KEY_##key)
#define ANY_CURVE  (BIT(P256) | BIT(P384) | BIT(P521))
#define ECDSA_KEYS (ANY_CURVE | BIT(ED25519) | BIT(ED448)) /* RFC 8422 section 5.10 */
#define RSA_KEYS   (BIT(RSA) | BIT(RSA_PSS))

#define HOST_NAME  0
#define VERSION_13 0x0304

/* Which keys a number in a list of the message stands for. */
struct meaning {
    unsigned number, keys_12, keys_13;
};

/* SignatureScheme (RFC 8446 section 4.2.3). In TLS 1.2 the curve doesn't follow from it. */
static const struct meaning schemes[] = {
    {.number = 0x0401, .keys_12 = BIT(RSA)},
    {.number = 0x0501, .keys_12 = BIT(RSA)},
    {.number = 0x0601, .keys_12 = BIT(RSA)},
    {.number = 0x0804, .keys_12 = BIT(RSA), .keys_13 = BIT(RSA)},
    {.number = 0x0805, .keys_12 = BIT(RSA), .keys_13 = BIT(RSA)},
    {.number = 0x0806, .keys_12 = BIT(RSA), .keys_13 = BIT(RSA)},
    {.number = 0x0809, .keys_12 = BIT(RSA_PSS), .keys_13 = BIT(RSA_PSS)},
    {.number = 0x080a, .keys_12 = BIT(RSA_PSS), .keys_13 = BIT(RSA_PSS)},
    {.number = 0x080b, .keys_12 = BIT(RSA_PSS), .keys_13 = BIT(RSA_PSS)},
    {.number = 0x0403, .keys_12 = ANY_CURVE, .keys_13 = BIT(P256)},
    {.number = 0x0503, .keys_12 = ANY_CURVE, .keys_13 = BIT(P384)},
    {.number = 0x0603, .keys_12 = ANY_CURVE, .keys_13 = BIT(P521)},
    {.number = 0x0807, .keys_12 = BIT(ED25519), .keys_13 = BIT(ED25519)},
    {.number = 0x0808, .keys_12 = BIT(ED448), .keys_13 = BIT(ED448)},
};

/* AES-128-GCM, AES-256-GCM, ChaCha20-Poly1305 (RFC 5289, RFC 7905) */
static const struct meaning suites[] = {
    {.number = 0xc02b, .keys_12 = ECDSA_KEYS}, {.number = 0xc02c, .keys_12 = ECDSA_KEYS},
    {.number = 0xcca9, .keys_12 = ECDSA_KEYS}, {.number = 0xc02f, .keys_12 = RSA_KEYS},
    {.number = 0xc030, .keys_12 = RSA_KEYS},   {.number = 0xcca8, .keys_12 = RSA_KEYS},
};

static const struct meaning curves[] = {
    {.number = 23, .keys_12 = BIT(P256)},
    {.number = 24, .keys_12 = BIT(P384)},
    {.number = 25, .keys_12 = BIT(P521)},
};

/* Cuts a number of `octets` octets off *s. */
static bool cut_number(struct span *s, size_t octets, size_t *out)
{
    if (octets > s->n)
        return false;
    *out = 0;
    for (size_t i = 0; i < octets; i++)
        *out = *out << 8 | (unsigned char)s->p[i];
    *s = span_tail(*s, octets);
    return true;
}

/* Cuts off a vector, whose length stands before it in `octets` octets. */
static bool cut_vector(struct span *s, size_t octets, struct span *out)
{
    size_t n;

    if (!cut_number(s, octets, &n) || n > s->n)
        return false;
    *out = span_head(*s, n);
    *s = span_tail(*s, n);
    return true;
}

/* Returns the keys that a list of 16-bit numbers stands for, in both versions. */
static struct meaning mean(struct span list, const struct meaning *known, size_t count)
{
    struct meaning all = {.number = 0};
    size_t number;

    while (cut_number(&list, 2, &number))
        for (size_t i = 0; i < count; i++)
            if (known[i].number == number) {
                all.keys_12 |= known[i].keys_12;
                all.keys_13 |= known[i].keys_13;
            }
    return all;
}
#define MEAN(list, known) mean(list, known, sizeof(known) / sizeof *(known))

static bool read_name(struct client_hello *h, struct span extension)
{
    struct span list, name;
    size_t type;

    if (!cut_vector(&extension, 2, &list))
        return false;
    while (list.n > 0) {
        if (!cut_number(&list, 1, &type) || !cut_vector(&list, 2, &name))
            return false;
        if (type == HOST_NAME && h->name.n == 0)
            h->name = name;
    }
    return true;
}

static bool read_versions(struct client_hello *h, struct span extension)
{
    struct span list;
    size_t version;

    if (!cut_vector(&extension, 1, &list))
        return false;
    while (cut_number(&list, 2, &version))
        h->offers_13 = h->offers_13 || version == VERSION_13;
    return true;
}

static bool read_extension(struct client_hello *h, size_t type, struct span extension)
{
    struct span list;
    struct meaning m;

    switch (type) {
    case 0: /* server_name */
        return read_name(h, extension);
    case 10: /* supported_groups: for ECDSA in TLS 1.2, too (RFC 8422 section 5.1.1) */
        if (!cut_vector(&extension, 2, &list))
            return false;
        h->curves_12 = MEAN(list, curves).keys_12 | ~ANY_CURVE;
        return true;
    case 13: /* signature_algorithms */
        if (!cut_vector(&extension, 2, &list))
            return false;
        m = MEAN(list, schemes);
        h->signatures_12 = m.keys_12;
        h->signatures_13 = m.keys_13;
        return true;
    case 43: /* supported_versions */
        return read_versions(h, extension);
    default:
        return true;
    }
}

bool client_hello_read(struct span body, struct client_hello *h)
{
    struct span part, extensions;
    size_t type;

    *h = (struct client_hello){.curves_12 = ~0u};
    if (body.n < 34) /* version and random */
        return false;
    body = span_tail(body, 34);
    if (!cut_vector(&body, 1, &part) || !cut_vector(&body, 2, &part))
        return false;
    h->suites_12 = MEAN(part, suites).keys_12;
    if (!cut_vector(&body, 1, &part) || !cut_vector(&body, 2, &extensions))
        return false;
    while (extensions.n > 0)
        if (!cut_number(&extensions, 2, &type) || !cut_vector(&extensions, 2, &part) ||
            !read_extension(h, type, part))
            return false;
    return true;
}

bool client_hello_takes(const struct client_hello *h, enum server_key key, bool tls13)
{
    unsigned taken =
        tls13 && h->offers_13 ? h->signatures_13 : h->signatures_12 & h->suites_12 & h->curves_12;

    return taken & 1u << key;
}
