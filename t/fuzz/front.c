/* SPDX-License-Identifier: ISC */
/* Fuzz target of lib/proto/front*.c (libFuzzer). The first octet chooses the protocol and the answer
 * to a login, the second how the rest, the client's bytes, is cut. The outcome must be the same as
 * without cuts. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "front.h"

static struct front front;

struct said {
    char text[1 << 17];
    size_t n;
};
static struct said whole, pieces;

static void add(struct said *s, struct span more)
{
    if (more.n > sizeof s->text - s->n)
        return;
    if (more.n)
        memcpy(s->text + s->n, more.p, more.n);
    s->n += more.n;
}

/* Steps until front needs more input. false: the dialogue is over. */
static bool steps(struct said *s, unsigned choice)
{
    for (;;) {
        enum front_event e = front_step(&front);
        if (front.out.overflow || front.name.len > LIMIT_LOGIN + 1)
            abort();
        add(s, buf_span(&front.out));
        buf_consume(&front.out, front.out.len);
        add(s, span_of(&(char){(char)('0' + (int)e)}, e == FRONT_MORE || e == FRONT_FLUSH ? 0 : 1));
        if (e == FRONT_USER || e == FRONT_VERIFY)
            add(s, buf_span(&front.name));
        if (e == FRONT_CLOSE || (e == FRONT_VERIFY && choice & 8))
            return false;
        if (e == FRONT_VERIFY) {
            add(s, buf_span(&front.password));
            front_denied(&front, DENIAL_REFUSED, false);
        }
        if (e == FRONT_MORE) {
            if (!buf_room(&front.in))
                abort();
            return true;
        }
    }
}

static void play(struct said *s, unsigned choice, struct span in, size_t cut)
{
    static const enum protocol protocols[] = {PROTOCOL_POP3S, PROTOCOL_IMAP4S, PROTOCOL_SMTPS,
                                              PROTOCOL_SMTPS};
    struct front_config config = {.protocol = protocols[choice & 3],
                                  .host = "mx",
                                  .announce = "8BITMIME",
                                  .attempts = 5,
                                  .external = (choice & 3) == 3};

    s->n = 0;
    front_init(&front, &config);
    front_greet(&front);
    while (in.n) {
        struct span part = span_head(span_head(in, cut), buf_room(&front.in));
        buf_put(&front.in, part);
        in = span_tail(in, part.n);
        if (!steps(s, choice))
            break;
    }
    front_wipe(&front);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    struct span in = span_of(data + 2, size - 2);
    play(&whole, data[0], in, SIZE_MAX);
    play(&pieces, data[0], in, (data[1] & 31) + 1u);
    if (whole.n != pieces.n || memcmp(whole.text, pieces.text, whole.n) != 0)
        abort();
    return 0;
}
