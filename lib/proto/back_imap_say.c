/* SPDX-License-Identifier: ISC */
/* back_imap_say - PURE; see back_imap.h. Commands to an IMAP server: ID, LOGIN with quoted strings or
 * literals, AUTHENTICATE PLAIN (RFC 9051, 2971, 4959, 8437). */
#include "back_imap.h"
#include "offer.h"

#define LINE_MAX_2683 1000 /* RFC 2683 section 3.2.1.5 */
#define QUOTED_MAX    400  /* in a quoted string: two of them and the command fit one such line */

static void imap_put_tag(struct back *b)
{
    buf_putc(&b->out, 'W');
    buf_putnum(&b->out, b->internal.tag);
}

static void imap_begin_command(struct back *b, const char *command)
{
    b->internal.tag++;
    imap_put_tag(b);
    buf_putc(&b->out, ' ');
    buf_puts(&b->out, command);
}

static enum back_event imap_end_line(struct back *b, enum back_state next)
{
    buf_puts(&b->out, "\r\n");
    return back_said(b, next);
}

enum back_event back_imap_say(struct back *b, const char *command, enum back_state next)
{
    imap_begin_command(b, command);
    return imap_end_line(b, next);
}

bool back_imap_offers(const struct back *b, struct span word)
{
    return b->internal.listed && back_listed(buf_span(&b->capability), word);
}

/* Whether a quoted string can carry s (RFC 3501: 7 bit). */
static bool imap_quotable(struct span s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n && n <= QUOTED_MAX; i++, n++) {
        if (s.p[i] < ' ' || s.p[i] > '~')
            return false;
        if (s.p[i] == '"' || s.p[i] == '\\')
            n++;
    }
    return n <= QUOTED_MAX;
}

static void imap_put_quoted(struct buf *out, struct span s)
{
    buf_putc(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\')
            buf_putc(out, '\\');
        buf_putc(out, s.p[i]);
    }
    buf_putc(out, '"');
}

static void imap_put_literal_size(struct buf *out, struct span s)
{
    buf_puts(out, " {");
    buf_putnum(out, s.n);
    buf_putc(out, '}');
}

static enum back_event imap_put_password(struct back *b)
{
    struct span password = b->config->password;

    if (!imap_quotable(password)) {
        imap_put_literal_size(&b->out, password);
        return imap_end_line(b, IMAP_PASSWORD);
    }
    buf_putc(&b->out, ' ');
    imap_put_quoted(&b->out, password);
    return imap_end_line(b, BACK_LOGIN);
}

/* Uses synchronising literals, which every server understands. */
static enum back_event imap_say_login(struct back *b)
{
    struct span user = b->config->user;

    imap_begin_command(b, "LOGIN");
    if (!imap_quotable(user)) {
        imap_put_literal_size(&b->out, user);
        return imap_end_line(b, IMAP_USER);
    }
    buf_putc(&b->out, ' ');
    imap_put_quoted(&b->out, user);
    return imap_put_password(b);
}

enum back_event back_imap_say_user(struct back *b)
{
    buf_put(&b->out, b->config->user);
    return imap_put_password(b);
}

enum back_event back_imap_say_password(struct back *b)
{
    buf_put(&b->out, b->config->password);
    return imap_end_line(b, BACK_LOGIN);
}

enum back_event back_imap_say_plain(struct back *b)
{
    back_put_plain(&b->out, b->config);
    return imap_end_line(b, BACK_LOGIN);
}

static enum back_event imap_say_authenticate(struct back *b, bool initial_response)
{
    imap_begin_command(b, "AUTHENTICATE PLAIN");
    if (!initial_response || BACK_PLAIN_LENGTH(b->config) + b->out.len > LINE_MAX_2683)
        return imap_end_line(b, IMAP_AUTHENTICATE);
    buf_putc(&b->out, ' ');
    back_put_plain(&b->out, b->config);
    return imap_end_line(b, IMAP_INITIAL);
}

enum back_event back_imap_check(struct back *b)
{
    if (b->config->allow_unauthenticate || !(back_imap_offers(b, SPAN("UNAUTHENTICATE")) ||
                                             back_imap_offers(b, SPAN("X-UNAUTHENTICATE"))))
        return BACK_MORE;
    return back_part(b, DENIAL_ADMIN,
                     "the mail server offers UNAUTHENTICATE (see allow-unauthenticate)");
}

enum back_event back_imap_login(struct back *b)
{
    const struct back_config *c = b->config;
    bool plain = back_imap_offers(b, SPAN("AUTH=PLAIN")),
         initial = back_imap_offers(b, SPAN("SASL-IR"));
    bool disabled = back_imap_offers(b, SPAN("LOGINDISABLED"));

    if (!b->internal.listed)
        return back_imap_say(b, "CAPABILITY", IMAP_OFFER);
    offer_clean(&b->offer, PROTOCOL_IMAP4S, buf_span(&b->capability));
    b->offered = true;
    if (!c->authenticate)
        return back_done(b);
    if (back_imap_check(b) != BACK_MORE)
        return BACK_FAILED;
    if (disabled && !plain)
        return back_part(b, DENIAL_ADMIN,
                         "the mail server offers neither LOGIN nor AUTHENTICATE PLAIN");
    if (c->rehearse)
        return back_done(b);
    b->internal.listed = false;
    if (disabled || (plain && !(imap_quotable(c->user) && imap_quotable(c->password))))
        return imap_say_authenticate(b, initial);
    return imap_say_login(b);
}

static void imap_put_id_field(struct back *b, const char *name, const unsigned char address[16],
                              unsigned port)
{
    buf_puts(&b->out, " \"x-");
    buf_puts(&b->out, name);
    buf_puts(&b->out, "-ip\" \"");
    back_put_address(&b->out, address);
    buf_puts(&b->out, "\" \"x-");
    buf_puts(&b->out, name);
    buf_puts(&b->out, "-port\" \"");
    buf_putnum(&b->out, port);
    buf_putc(&b->out, '"');
}

/* RFC 2971, with the fields that Dovecot accepts from trusted networks. */
enum back_event back_imap_secured(struct back *b)
{
    const struct back_config *c = b->config;

    if (c->client_address != CLIENT_ADDRESS_ID)
        return back_imap_login(b);
    if (b->internal.listed && !back_imap_offers(b, SPAN("ID")))
        return back_part(b, DENIAL_TEMPORARY, "the mail server doesn't offer ID");
    imap_begin_command(b, "ID (\"name\" \"Mailwicket\"");
    imap_put_id_field(b, "originating", b->internal.client, c->client_port);
    imap_put_id_field(b, "connected", b->internal.local, c->local_port);
    buf_putc(&b->out, ')');
    return imap_end_line(b, IMAP_ID);
}
