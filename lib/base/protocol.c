/* SPDX-License-Identifier: ISC */
/* protocol - PURE; see protocol.h. */
#include "protocol.h"

static const struct {
    const char *name;
    unsigned port, server_port, server_tls_port;
} table[PROTOCOLS] = {
    [PROTOCOL_POP3S] = {"pop3s", 995, 110, 995},
    [PROTOCOL_IMAP4S] = {"imap4s", 993, 143, 993},
    [PROTOCOL_SMTPS] = {"smtps", 988, 25, 465},
};

const char *protocol_name(enum protocol p)
{
    return table[p].name;
}

bool protocol_parse(struct span name, enum protocol *p)
{
    for (int i = 0; i < PROTOCOLS; i++)
        if (span_eq(name, span_str(table[i].name))) {
            *p = (enum protocol)i;
            return true;
        }
    return false;
}

unsigned protocol_port(enum protocol p)
{
    return table[p].port;
}

unsigned protocol_server_port(enum protocol p, bool implicit_tls)
{
    return implicit_tls ? table[p].server_tls_port : table[p].server_port;
}
