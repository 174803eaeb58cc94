/* SPDX-License-Identifier: ISC */
/* Fuzz target of lib/proto/back*.c (libFuzzer). The first octet chooses the configuration, the second
 * the size of the pieces; the rest is what the server sends. back must send whole lines, and a
 * dialogue that has ended must stay so. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "back.h"
#include "offer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct back back;

static struct back_config config_of(uint8_t choice)
{
    struct back_config c = {
        .protocol = (enum protocol)(choice % PROTOCOLS),
        .authenticate = !(choice & 4),
        .user = choice & 8 ? SPAN("al ice\xc3\xa4") : SPAN("alice"),
        .password = choice & 16 ? SPAN("p\xc3\xa4ss \"\\ word") : SPAN("secret"),
        .helo = "proxy.test",
        .announced = "8BITMIME PIPELINING",
        .client = "2001:db8::1",
        .client_port = 4711,
        .client_helo = SPAN("a=b"),
    };
    if (choice & 32)
        c.tls = SERVER_TLS_STARTTLS;
    if (choice & 64)
        c.client_address =
            c.protocol == PROTOCOL_IMAP4S ? CLIENT_ADDRESS_ID : CLIENT_ADDRESS_XCLIENT;
    c.allow_unauthenticate = choice & 128;
    return c;
}

/* Checks and consumes what back sends: lines with one CRLF at the end and no NUL. */
static void take_said(void)
{
    struct span said = buf_span(&back.out), line;

    if (said.n > 0 && !(said.p[said.n - 1] == '\n'))
        abort();
    while (said.n > 0) {
        line = span_cut(&said, '\n');
        if (line.n == 0 || span_find(line, '\r') != line.n - 1 ||
            span_find(line, '\0') != SPAN_NOT_FOUND)
            abort();
    }
    buf_consume(&back.out, back.out.len);
}

/* What back says the server offers must be what offer.h takes, word for word. */
static void check_offer(void)
{
    char room[LIMIT_OFFER];
    struct buf clean = BUF(room);

    offer_clean(&clean, back.config->protocol, buf_span(&back.offer));
    if (!span_eq(buf_span(&clean), buf_span(&back.offer)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct back_config config;
    enum back_event event = BACK_MORE;
    size_t piece;

    if (size < 2)
        return 0;
    config = config_of(data[0]);
    piece = data[1] % 64 + 1u;
    back_init(&back, &config);
    for (data += 2, size -= 2; event == BACK_MORE && size > 0;) {
        size_t n = piece < size ? piece : size;
        if (n > buf_room(&back.in))
            n = buf_room(&back.in);
        if (n == 0)
            abort(); /* back would wait forever */
        memcpy(buf_end(&back.in), data, n);
        buf_grew(&back.in, n);
        data += n;
        size -= n;
        event = back_step(&back);
        take_said();
        if (event == BACK_START_TLS) {
            back_tls_started(&back);
            event = back_step(&back);
            take_said();
        }
    }
    if (event == BACK_FAILED && (!back.why || back.failure < DENIAL_REFUSED))
        abort();
    if (event != back_step(&back) || back.internal.kept > back.in.len)
        abort();
    check_offer();
    back_wipe(&back);
    return 0;
}
