/* SPDX-License-Identifier: ISC */
/* back_address - PURE; see back_dialogue.h. Tells the mail server the client's address by PROXY
 * protocol version 2 and SMTP's XCLIENT. */
#include <arpa/inet.h>
#include <string.h>

#include "back_dialogue.h"

#define XCLIENT_LINE_MAX 512 /* with its CRLF */
#define ADDRESS_TEXT     64

static const unsigned char v4_mapped[12] = {[10] = 0xff, [11] = 0xff};

bool back_address(const char *text, unsigned char address[16])
{
    struct span s = span_str(text);
    char room[ADDRESS_TEXT];

    if (!span_copy(room, sizeof room, span_cut(&s, '%')))
        return false;
    if (inet_pton(AF_INET6, room, address) == 1)
        return true;
    memcpy(address, v4_mapped, sizeof v4_mapped);
    return inet_pton(AF_INET, room, address + sizeof v4_mapped) == 1;
}

bool back_address_v4(const unsigned char address[16])
{
    return memcmp(address, v4_mapped, sizeof v4_mapped) == 0;
}

void back_put_address(struct buf *out, const unsigned char address[16])
{
    char room[ADDRESS_TEXT];

    if (back_address_v4(address))
        buf_puts(out, inet_ntop(AF_INET, address + sizeof v4_mapped, room, sizeof room));
    else
        buf_puts(out, inet_ntop(AF_INET6, address, room, sizeof room));
}

static void proxy_put16(struct buf *out, unsigned value)
{
    buf_putc(out, (char)(value >> 8 & 0xff));
    buf_putc(out, (char)(value & 0xff));
}

/* PROXY protocol, section 2.2: signature, version 2, command PROXY, TCP over IPv4 or IPv6. */
void back_put_proxy_v2(struct buf *out, const struct back *b)
{
    const unsigned char *client = b->internal.client, *local = b->internal.local;
    bool v4 = back_address_v4(client) && back_address_v4(local);
    size_t skip = v4 ? sizeof v4_mapped : 0, n = 16 - skip;

    buf_put(out, SPAN("\r\n\r\n\0\r\nQUIT\n\x21"));
    buf_putc(out, v4 ? 0x11 : 0x21);
    proxy_put16(out, (unsigned)(2 * n + 4));
    buf_put(out, span_of(client + skip, n));
    buf_put(out, span_of(local + skip, n));
    proxy_put16(out, b->config->client_port);
    proxy_put16(out, b->config->local_port);
}

static const struct {
    struct span name;
    unsigned char bit;
} attributes[] = {
    {SPAN("NAME"), XCLIENT_NAME},         {SPAN("ADDR"), XCLIENT_ADDR},
    {SPAN("PORT"), XCLIENT_PORT},         {SPAN("PROTO"), XCLIENT_PROTO},
    {SPAN("HELO"), XCLIENT_HELO},         {SPAN("DESTADDR"), XCLIENT_DESTADDR},
    {SPAN("DESTPORT"), XCLIENT_DESTPORT},
};

unsigned char back_xclient_attributes(struct span words)
{
    unsigned char bits = 0;

    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        if (back_listed(words, attributes[i].name))
            bits |= attributes[i].bit;
    return bits;
}

static void xclient_put_xtext(struct buf *out, struct span s) /* RFC 3461 section 4 */
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c > ' ' && c <= '~' && c != '+' && c != '=') {
            buf_putc(out, s.p[i]);
            continue;
        }
        buf_putc(out, '+');
        buf_putc(out, hex[c >> 4]);
        buf_putc(out, hex[c & 15]);
    }
}

static void xclient_put_address(struct buf *out, const unsigned char address[16])
{
    if (!back_address_v4(address))
        buf_puts(out, "IPV6:");
    back_put_address(out, address);
}

static void xclient_put_attributes(struct buf *out, const struct back *b, bool with_helo)
{
    const struct back_config *c = b->config;
    unsigned takes = b->internal.attributes;

    buf_puts(out, "XCLIENT");
    if (takes & XCLIENT_NAME)
        buf_puts(out, " NAME=[UNAVAILABLE]"); /* or the server would keep our name */
    if (takes & XCLIENT_PROTO)
        buf_puts(out, " PROTO=ESMTP");
    if (with_helo && takes & XCLIENT_HELO && c->client_helo.n > 0) {
        buf_puts(out, " HELO=");
        xclient_put_xtext(out, c->client_helo);
    }
    if (takes & XCLIENT_DESTADDR) {
        buf_puts(out, " DESTADDR=");
        xclient_put_address(out, b->internal.local);
    }
    if (takes & XCLIENT_DESTPORT) {
        buf_puts(out, " DESTPORT=");
        buf_putnum(out, c->local_port);
    }
    if (takes & XCLIENT_PORT) {
        buf_puts(out, " PORT=");
        buf_putnum(out, c->client_port);
    }
    buf_puts(out, " ADDR=");
    xclient_put_address(out, b->internal.client);
    buf_puts(out, "\r\n");
}

/* Leaves HELO out if escaping it makes the line too long. */
void back_put_xclient(struct buf *out, const struct back *b)
{
    char room[XCLIENT_LINE_MAX];
    struct buf line = BUF(room);

    xclient_put_attributes(&line, b, true);
    if (line.overflow) {
        buf_clear(&line);
        xclient_put_attributes(&line, b, false);
    }
    buf_put(out, buf_span(&line));
}
