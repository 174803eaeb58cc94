/* SPDX-License-Identifier: ISC */
/* decide - PURE; see decide.h. Believes nothing that the client says: never returns a server that no
 * entry of the policy matches. */
#include "decide.h"

#include <string.h>

#include "host.h"
#include "limits.h"

bool decide_needs_password(const struct protocol_policy *p)
{
    return (p->methods & (METHOD_AAA | METHOD_MAILHOST)) != 0;
}

bool decide_authenticates(const struct protocol_policy *p)
{
    return (p->methods & METHOD_MAILHOST) != 0;
}

bool decide_wants_certificate(const struct protocol_policy *p)
{
    return p->present && (p->methods & METHOD_CERTIFICATE) != 0;
}

bool decide_wants_certificates(const struct policy *p)
{
    for (int i = 0; i < PROTOCOLS; i++)
        if (decide_wants_certificate(&p->protocols[i]))
            return true;
    return false;
}

bool decide_named_by_certificate(const struct protocol_policy *p)
{
    return (p->methods & METHOD_CERTIFICATE) && !(p->methods & (METHOD_AAA | METHOD_PIGGYBACK));
}

bool decide_must_match(const struct protocol_policy *p)
{
    return p->dn_must_match && (p->methods & METHOD_CERTIFICATE) && !decide_named_by_certificate(p);
}

bool decide_by_certificate(const struct protocol_policy *p)
{
    return p->protocol == PROTOCOL_SMTPS && p->methods == METHOD_CERTIFICATE;
}

enum authorized_as decide_authorized(const struct protocol_policy *p)
{
    if (decide_named_by_certificate(p))
        return AUTHORIZE_CERTIFICATE;
    return p->methods & (METHOD_AAA | METHOD_PIGGYBACK) ? AUTHORIZE_VPN_NAME : AUTHORIZE_MAIL_NAME;
}

/* The entry for host: the default server, else the exact name, else the longest suffix. */
static const struct mail_server *find_server(const struct protocol_policy *p, struct span host)
{
    const struct mail_server *best = NULL;
    size_t best_n = 0;

    if (host_matches(span_str(p->default_server.host), host))
        return &p->default_server;
    for (size_t i = 0; i < p->allowed_count; i++) {
        struct span pattern = span_str(p->allowed[i].host);
        if (!host_matches(pattern, host))
            continue;
        if (!host_is_pattern(pattern))
            return &p->allowed[i];
        if (pattern.n > best_n) {
            best = &p->allowed[i];
            best_n = pattern.n;
        }
    }
    return best;
}

/* R5.3: makes the server part a part of the mail name. */
static void join_server(struct login_name *name)
{
    name->mail.n = (size_t)(name->server.p + name->server.n - name->mail.p);
    if (!name->has_vpn)
        name->vpn = name->mail;
}

static enum decision_outcome choose_default(const struct protocol_policy *p, struct decision *out)
{
    if (p->default_server.host[0] == '\0')
        return DECIDED_SERVER_NOT_ALLOWED;
    out->server_by_default = true;
    out->server = &p->default_server;
    out->host = span_str(p->default_server.host);
    return DECIDED;
}

/* The login's server as it is looked up and dialled: ASCII, in lower case, without a final dot.
 * Empty: it can't be one. */
static struct span named_host(const struct protocol_policy *p, struct decision *out)
{
    struct span s = out->name.server;
    char *room = out->host_room;
    bool ascii = true;

    for (size_t i = 0; i < s.n; i++)
        ascii = ascii && (unsigned char)s.p[i] < 0x80;
    if (ascii ? !span_copy(room, sizeof out->host_room, s)
              : !p->host_ascii || !p->host_ascii(s, room))
        return SPAN_NONE;
    for (char *c = room; *c; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + ('a' - 'A')) : *c;
    return host_without_dot(span_str(room));
}

static enum decision_outcome choose_server(const struct protocol_policy *p, struct decision *out)
{
    if (out->name.has_server) {
        struct span host = named_host(p, out);
        out->server = find_server(p, host);
        if (out->server) {
            struct span entry = span_str(out->server->host);
            out->host = host_is_pattern(entry) ? host : entry;
            return DECIDED;
        }
        if (!p->unknown_server_mail_user)
            return DECIDED_SERVER_NOT_ALLOWED;
        join_server(&out->name);
    }
    return choose_default(p, out);
}

/* R2.6: makes the mail name the user where nothing else is verified. false: the login claims to be
 * somebody else. */
static bool choose_user(const struct protocol_policy *p, struct login_name *name)
{
    if (decide_authorized(p) != AUTHORIZE_MAIL_NAME)
        return true;
    if (!user_same(p->user_case, name->vpn, name->mail))
        return false;
    name->vpn = name->mail;
    return true;
}

static enum name_fault choose_passwords(const struct protocol_policy *p, struct span password,
                                        struct decision *out)
{
    if (!decide_needs_password(p))
        return NAME_OK;
    if (p->methods & METHOD_AAA)
        return password_split(password, p->name_delimiter, &out->vpn_password, &out->mail_password);
    enum name_fault fault = password_check(password);
    if (!fault)
        out->mail_password = password;
    return fault;
}

enum decision_outcome decide_login(const struct protocol_policy *p, struct span login,
                                   struct span password, struct decision *out,
                                   enum name_fault *fault)
{
    *out = (struct decision){0};
    *fault = name_split(login, p->name_delimiter, p->server_delimiter, &out->name);
    if (*fault)
        return DECIDED_BAD_NAME;
    enum decision_outcome outcome = choose_server(p, out);
    if (outcome != DECIDED)
        return outcome;
    if (out->name.mail.n > LIMIT_NAME || out->name.vpn.n > LIMIT_NAME) {
        *fault = NAME_TOO_LONG; /* since join_server */
        return DECIDED_BAD_NAME;
    }
    if (!choose_user(p, &out->name))
        return DECIDED_UNPROVEN;
    *fault = choose_passwords(p, password, out);
    return *fault ? DECIDED_BAD_PASSWORD : DECIDED;
}

enum decision_outcome decide_certified(const struct protocol_policy *p, struct span user,
                                       struct decision *out, enum name_fault *fault)
{
    *out = (struct decision){.name = {.vpn = user, .mail = user}};
    *fault = name_check(user);
    if (!*fault && user.n > LIMIT_NAME)
        *fault = NAME_TOO_LONG;
    return *fault ? DECIDED_BAD_NAME : choose_default(p, out);
}

struct span decide_comparable(const struct protocol_policy *p, struct span login,
                              char room[DECIDE_COMPARABLE])
{
    struct login_name name;

    if (p->user_case == USER_CASE_EXACT ||
        name_split(login, p->name_delimiter, p->server_delimiter, &name) != NAME_OK ||
        (!name.has_vpn && decide_authenticates(p)))
        return login;
    size_t n = user_fold(name.vpn, room, DECIDE_COMPARABLE); /* it begins the login */
    size_t rest = login.n - name.vpn.n;
    memcpy(room + n, login.p + name.vpn.n, rest);
    return span_of(room, n + rest);
}

bool decide_owner(const struct protocol_policy *p, struct decision *d, struct span user)
{
    if (d->name.has_vpn && !user_same(p->user_case, d->name.vpn, user))
        return false;
    d->name.vpn = user;
    return true;
}
