/* SPDX-License-Identifier: ISC */
/* Fuzz target of lib/policy (libFuzzer). The first octet chooses the policy's delimiters, methods and
 * unknown-server; then come the login and, after the first NUL, the password. */
#include <stdint.h>
#include <stdlib.h>

#include "decide.h"
#include "host.h"
#include "hours.h"
#include "limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
    if (!truth)
        abort();
}

/* Stands for idna.h: anything that isn't ASCII may become a name with two labels. */
static bool to_ascii(struct span name, char room[LIMIT_HOST + 1])
{
    return name.n % 2 && span_copy(room, LIMIT_HOST + 1, SPAN("xn--A.c.org"));
}

static bool is_within(struct span part, struct span whole)
{
    return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

/* Checks what must hold for every login that is not refused. */
static void check_decision(const struct protocol_policy *p, const struct decision *d,
                           struct span login, struct span password)
{
    must(d->name.vpn.n > 0 && d->name.vpn.n <= LIMIT_NAME && is_within(d->name.vpn, login));
    must(d->name.mail.n > 0 && d->name.mail.n <= LIMIT_NAME && is_within(d->name.mail, login));
    must(span_find(d->name.mail, '\r') == SPAN_NOT_FOUND);
    must(span_find(d->name.mail, '\n') == SPAN_NOT_FOUND);
    must(is_within(d->vpn_password, password) && is_within(d->mail_password, password));
    must(!decide_authenticates(p) || d->mail_password.n > 0);
    must(d->server && host_matches(span_str(d->server->host), d->host));
    must(d->server_by_default || host_matches(span_str(d->server->host), span_str(d->host_room)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char first[] = "mail.example.org", exact[] = "b.org", suffix[] = "*.c.org";
    static struct mail_server allowed[] = {{.host = suffix}, {.host = exact}};
    static const char delimiters[] = "@|:#,;";
    struct decision d;
    enum name_fault fault;
    static char room[DECIDE_COMPARABLE];

    if (size == 0)
        return 0;
    struct protocol_policy p = {
        .methods = data[0] & 15u,
        .unknown_server_mail_user = data[0] & 16,
        .name_delimiter = data[0] & 32 ? ':' : delimiters[data[0] % 6],
        .server_delimiter = data[0] & 32 ? '@' : delimiters[(data[0] + 1) % 6],
        .user_case = data[0] & 64 ? USER_CASE_EXACT : USER_CASE_IGNORE,
        .host_ascii = data[0] & 128 ? to_ascii : NULL,
        .default_server = {.host = first},
        .allowed = allowed,
        .allowed_count = 2,
    };
    struct span password = span_of(data + 1, size - 1), login = span_cut(&password, '\0');
    struct span comparable = decide_comparable(&p, login, room);
    must(comparable.p == login.p || (comparable.p == room && comparable.n <= sizeof room));
    if (decide_login(&p, login, password, &d, &fault) == DECIDED)
        check_decision(&p, &d, login, password);
    hours_valid(login);
    must(!host_is_name(login) || !host_is_address(login));
    return 0;
}
