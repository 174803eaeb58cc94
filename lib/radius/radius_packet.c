/* SPDX-License-Identifier: ISC */
/* radius_packet - RADIUS packets; see radius_packet.h. PURE, believes nothing that it is handed. */
#include "radius_packet.h"

#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/memops.h>
#include <string.h>

#define AUTHENTICATOR 4 /* where it begins */
#define HIDDEN_BLOCK  16
#define SIGNATURE     (2 + MD5_DIGEST_SIZE)

/* --- requests -----------------------------------------------------------------------------------*/

static void add_attribute(struct radius_request *r, struct radius_attribute a)
{
    if (r->count == RADIUS_ATTRIBUTES || a.text.n > LIMIT_RADIUS_TEXT)
        r->overflow = true;
    else
        r->attributes[r->count++] = a;
}

void radius_text(struct radius_request *r, unsigned type, struct span text)
{
    if (text.n > 0)
        add_attribute(r, (struct radius_attribute){.type = type, .text = text});
}

void radius_number(struct radius_request *r, unsigned type, uint32_t number)
{
    add_attribute(r, (struct radius_attribute){.type = type, .number = number});
}

void radius_vendor_number(struct radius_request *r, unsigned type, uint32_t number)
{
    add_attribute(
        r, (struct radius_attribute){.type = type, .vendor = RADIUS_VENDOR, .number = number});
}

static unsigned char *packet_grow(struct radius_packet *k, size_t n)
{
    unsigned char *at = k->p + k->size;

    if (n > sizeof k->p - k->size)
        return NULL;
    k->size += n;
    return at;
}

static void put_number(unsigned char to[4], uint32_t n)
{
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char)(n >> (24 - 8 * i));
}

static void set_size(struct radius_packet *k)
{
    k->p[2] = (unsigned char)(k->size >> 8);
    k->p[3] = (unsigned char)k->size;
}

static void digest_two(const void *a, size_t a_size, const void *b, size_t b_size,
                       unsigned char out[MD5_DIGEST_SIZE])
{
    struct md5_ctx c;

    md5_init(&c);
    md5_update(&c, a_size, a);
    md5_update(&c, b_size, b);
    md5_digest(&c, MD5_DIGEST_SIZE, out);
}

/* RFC 2865 section 5.2: each block is covered by a digest of the secret and the block before. */
static bool put_password(struct radius_packet *k, struct span password, const char *secret)
{
    size_t n = (password.n + HIDDEN_BLOCK - 1) / HIDDEN_BLOCK * HIDDEN_BLOCK;
    const unsigned char *before = k->p + AUTHENTICATOR;
    unsigned char *at = password.n > LIMIT_RADIUS_PASSWORD ? NULL : packet_grow(k, 2 + n);
    unsigned char cover[MD5_DIGEST_SIZE];

    if (!at)
        return false;
    *at++ = RADIUS_USER_PASSWORD;
    *at++ = (unsigned char)(2 + n);
    for (size_t i = 0; i < n; i += HIDDEN_BLOCK) {
        digest_two(secret, strlen(secret), before, HIDDEN_BLOCK, cover);
        for (size_t j = 0; j < HIDDEN_BLOCK; j++)
            at[i + j] = (unsigned char)(cover[j] ^ (i + j < password.n ? password.p[i + j] : 0));
        before = at + i;
    }
    explicit_bzero(cover, sizeof cover);
    return true;
}

static bool put_attribute(struct radius_packet *k, const struct radius_attribute *a)
{
    size_t n = a->text.p ? a->text.n : 4, around = a->vendor ? 6 : 0;
    unsigned char *at = n > LIMIT_RADIUS_TEXT - around ? NULL : packet_grow(k, around + 2 + n);

    if (!at)
        return false;
    if (a->vendor) {
        *at++ = RADIUS_VENDOR_SPECIFIC;
        *at++ = (unsigned char)(around + 2 + n);
        put_number(at, a->vendor);
        at += 4;
    }
    *at++ = (unsigned char)a->type;
    *at++ = (unsigned char)(2 + n);
    if (a->text.p)
        memcpy(at, a->text.p, n);
    else
        put_number(at, a->number);
    return true;
}

static bool put_attributes(struct radius_packet *k, const struct radius_request *r,
                           const char *secret)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct radius_attribute *a = &r->attributes[i];
        bool hidden = a->type == RADIUS_USER_PASSWORD && a->vendor == 0;

        if (!(hidden ? put_password(k, a->text, secret) : put_attribute(k, a)))
            return false;
    }
    return true;
}

/* Over the packet with zeroes where the signature goes. */
static void sign_packet(const unsigned char *p, size_t size, const char *secret,
                        unsigned char out[MD5_DIGEST_SIZE])
{
    struct hmac_md5_ctx c;

    hmac_md5_set_key(&c, strlen(secret), (const uint8_t *)secret);
    hmac_md5_update(&c, size, p);
    hmac_md5_digest(&c, MD5_DIGEST_SIZE, out);
    explicit_bzero(&c, sizeof c);
}

bool packet_build(struct radius_packet *out, const struct radius_request *r,
                  const struct radius_salt *salt, const char *secret)
{
    static const unsigned char codes[] = {
        [RADIUS_AUTHENTICATION] = RADIUS_ACCESS_REQUEST,
        [RADIUS_ACCOUNTING] = RADIUS_ACCOUNTING_REQUEST,
        [RADIUS_STATUS] = RADIUS_STATUS_SERVER,
        [RADIUS_STATUS_ACCOUNTING] = RADIUS_STATUS_SERVER,
    };
    bool sign = r->kind != RADIUS_ACCOUNTING;

    memset(out->p, 0, RADIUS_HEADER + SIGNATURE);
    out->p[0] = codes[r->kind];
    out->p[1] = salt->id;
    out->size = RADIUS_HEADER;
    if (sign) {
        memcpy(out->p + AUTHENTICATOR, salt->random, RADIUS_AUTHENTICATOR);
        out->p[RADIUS_HEADER] = RADIUS_MESSAGE_AUTHENTICATOR;
        out->p[RADIUS_HEADER + 1] = SIGNATURE;
        out->size += SIGNATURE;
    }
    if (r->overflow || !put_attributes(out, r, secret))
        return false;
    set_size(out);
    if (sign)
        sign_packet(out->p, out->size, secret, out->p + RADIUS_HEADER + 2);
    else
        digest_two(out->p, out->size, secret, strlen(secret), out->p + AUTHENTICATOR);
    return true;
}

/* --- answers ------------------------------------------------------------------------------------*/

/* The packet without what stands behind it; empty: there is none. */
static struct span packet_whole(struct span reply)
{
    struct span packet;

    return packet_cut(&reply, &packet) == STREAM_PACKET ? packet : SPAN_NONE;
}

static bool is_answer_to(unsigned char request, unsigned char reply)
{
    if (request == RADIUS_ACCOUNTING_REQUEST)
        return reply == RADIUS_ACCOUNTING_RESPONSE;
    if (request == RADIUS_STATUS_SERVER)
        return reply == RADIUS_ACCESS_ACCEPT || reply == RADIUS_ACCOUNTING_RESPONSE;
    return reply == RADIUS_ACCESS_ACCEPT || reply == RADIUS_ACCESS_REJECT ||
           reply == RADIUS_ACCESS_CHALLENGE;
}

/* Whether the attributes fill the packet; where the only Message-Authenticator's value is, or 0. */
static bool find_signature(struct span packet, size_t *signature)
{
    const unsigned char *p = (const unsigned char *)packet.p;

    *signature = 0;
    for (size_t at = RADIUS_HEADER; at < packet.n; at += p[at + 1]) {
        if (packet.n - at < 2 || p[at + 1] < 2 || p[at + 1] > packet.n - at)
            return false;
        if (p[at] != RADIUS_MESSAGE_AUTHENTICATOR)
            continue;
        if (p[at + 1] != SIGNATURE || *signature)
            return false;
        *signature = at + 2;
    }
    return true;
}

/* Both authenticators cover the answer with the request's authenticator in the place of its own. */
static bool is_made_by(const struct radius_packet *request, struct span reply, size_t signature,
                       const char *secret)
{
    struct radius_packet copy = {.size = reply.n};
    unsigned char made[MD5_DIGEST_SIZE];

    memcpy(copy.p, reply.p, reply.n);
    memcpy(copy.p + AUTHENTICATOR, request->p + AUTHENTICATOR, RADIUS_AUTHENTICATOR);
    digest_two(copy.p, copy.size, secret, strlen(secret), made);
    if (!memeql_sec(made, reply.p + AUTHENTICATOR, sizeof made))
        return false;
    if (!signature)
        return true;
    memset(copy.p + signature, 0, MD5_DIGEST_SIZE);
    sign_packet(copy.p, copy.size, secret, made);
    return memeql_sec(made, reply.p + signature, sizeof made);
}

enum packet_verdict packet_judge(const struct radius_packet *request, struct span reply,
                                 const char *secret, bool required)
{
    struct span packet = packet_whole(reply);
    size_t signature;

    if (packet.n == 0 || !find_signature(packet, &signature))
        return PACKET_BROKEN;
    if ((unsigned char)packet.p[1] != request->p[1] ||
        !is_answer_to(request->p[0], (unsigned char)packet.p[0]))
        return PACKET_FOREIGN;
    if (!is_made_by(request, packet, signature, secret))
        return PACKET_FORGED;
    if (required && !signature && request->p[0] == RADIUS_ACCESS_REQUEST)
        return PACKET_UNSIGNED;
    return PACKET_GOOD;
}

enum radius_code packet_code(struct span reply)
{
    return (enum radius_code)(unsigned char)reply.p[0];
}

struct span packet_attributes(struct span reply)
{
    return span_tail(packet_whole(reply), RADIUS_HEADER);
}

/* Attributes and a vendor's sub-attributes are built alike: type, length of the whole, value. */
static bool packet_take(struct span *octets, struct radius_attribute *out)
{
    const unsigned char *p = (const unsigned char *)octets->p;

    if (octets->n < 2 || p[1] < 2 || p[1] > octets->n)
        return false;
    *out = (struct radius_attribute){.type = p[0], .text = span_of(p + 2, (size_t)p[1] - 2)};
    *octets = span_tail(*octets, p[1]);
    return true;
}

bool packet_next(struct span *attributes, struct radius_attribute *out)
{
    if (!packet_take(attributes, out))
        return false;
    if (out->type == RADIUS_VENDOR_SPECIFIC && out->text.n >= 4) {
        const unsigned char *p = (const unsigned char *)out->text.p;
        out->vendor = (unsigned)p[0] << 24 | (unsigned)p[1] << 16 | (unsigned)p[2] << 8 | p[3];
        out->text = span_tail(out->text, 4);
    }
    return true;
}

bool packet_vendor_next(struct span *octets, struct radius_attribute *out)
{
    return packet_take(octets, out);
}

/* --- streams ------------------------------------------------------------------------------------*/

enum packet_stream packet_cut(struct span *stream, struct span *packet)
{
    const unsigned char *p = (const unsigned char *)stream->p;
    size_t size;

    if (stream->n < 4)
        return STREAM_MORE;
    size = (size_t)(p[2] << 8 | p[3]);
    if (size < RADIUS_HEADER || size > RADIUS_PACKET)
        return STREAM_BROKEN;
    if (size > stream->n)
        return STREAM_MORE;
    *packet = span_head(*stream, size);
    *stream = span_tail(*stream, size);
    return STREAM_PACKET;
}
