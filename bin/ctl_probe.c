/* SPDX-License-Identifier: ISC */
/* ctl_probe - an edge; see ctl_probe.h. Believes no server. */
#include "ctl_probe.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client_address.h"
#include "expiry.h"
#include "host.h"
#include "machine.h"
#include "offer.h"
#include "probe.h"
#include "probe_aaa.h"

/* A server to ask: a mail server, or one of an AAA server group. */
struct target {
    const struct protocol_policy *protocol; /* NULL: an AAA server */
    const struct mail_server *mail;
    const struct server_group *group;
    const struct aaa_server *server;
    bool accounting; /* its port for accounting */
};

struct probing {
    const struct policy *policy;
    const char *file;
    policy_complain complain;
    void *context;
    bool terminal;
    unsigned asked, findings;
};

/* --- which servers ------------------------------------------------------------------------------*/

/* Each of these adds targets at out + n, or with out NULL counts them, and returns the new n. */

static size_t add_target(struct target *out, size_t n, struct target t)
{
    if (out)
        out[n] = t;
    return n + 1;
}

static size_t add_mail(struct target *out, size_t n, const struct protocol_policy *p)
{
    if (*p->default_server.host)
        n = add_target(out, n, (struct target){.protocol = p, .mail = &p->default_server});
    for (size_t i = 0; i < p->allowed_count; i++)
        if (!host_is_pattern(span_str(p->allowed[i].host)))
            n = add_target(out, n, (struct target){.protocol = p, .mail = &p->allowed[i]});
    return n;
}

static size_t add_group(struct target *out, size_t n, const struct policy *p,
                        const struct server_group *g)
{
    bool asked = false, told = false; /* for logins, for accounting */

    for (size_t i = 0; i < PROTOCOLS; i++) {
        const struct protocol_policy *one = &p->protocols[i];
        asked = asked || one->authentication == g || one->authorization == g;
        told = told || one->accounting == g;
    }
    for (size_t i = 0; i < g->server_count; i++) {
        struct target t = {.group = g, .server = &g->servers[i]};
        bool same = t.server->tls; /* one port for both */
        if (asked || !told || same)
            n = add_target(out, n, t);
        t.accounting = true;
        if (told && !same)
            n = add_target(out, n, t);
    }
    return n;
}

static size_t add_all(struct target *out, const struct policy *p)
{
    size_t n = 0;

    for (size_t i = 0; i < PROTOCOLS; i++)
        if (p->protocols[i].present)
            n = add_mail(out, n, &p->protocols[i]);
    for (size_t i = 0; i < p->group_count; i++)
        n = add_group(out, n, p, &p->groups[i]);
    return n;
}

/* --- findings -----------------------------------------------------------------------------------*/

static void clear_progress(const struct probing *p)
{
    if (p->terminal)
        fputs("\r\033[K", stderr);
}

/* The text may hold words of a server: control characters must not reach a terminal. */
static void finding(struct probing *p, enum complaint_kind kind, int line, const char *element,
                    const char *format, ...) __attribute__((format(printf, 5, 6)));

static void finding(struct probing *p, enum complaint_kind kind, int line, const char *element,
                    const char *format, ...)
{
    char text[LIMIT_PATH + 2 * ERR_MAX];
    va_list args;
    int n =
        snprintf(text, sizeof text, "%.*s:%d: element <%s>: ", LIMIT_PATH, p->file, line, element);

    va_start(args, format);
    vsnprintf(text + n, sizeof text - (size_t)n, format, args);
    va_end(args);
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    for (size_t end = strlen(text); end > 0 && text[end - 1] == ' '; end--)
        text[end - 1] = '\0';
    clear_progress(p);
    p->complain(p->context, kind, text);
    p->findings += kind != COMPLAINT_UNSEEN;
}

static void judge_expiry(struct probing *p, int line, const char *element, const char *name,
                         const struct probe_result *r)
{
    int64_t now = time(NULL), days = expiry_days(r->expires, now);

    if (r->expires == 0 || expiry_judge(r->expires, now) == EXPIRY_FAR)
        return;
    if (days < 0)
        finding(p, COMPLAINT_WARNING, line, element, "%s: its certificate has expired", name);
    else
        finding(p, COMPLAINT_WARNING, line, element,
                "%s: its certificate expires in %lld days: renew it there", name, (long long)days);
}

/* What announce fixes and the server isn't seen to offer makes a login fail. IMAP servers may offer
 * more after the login. */
static void judge_announce(struct probing *p, const struct target *t, const char *name,
                           const struct probe_result *r)
{
    const struct protocol_policy *protocol = t->protocol;
    struct span words = span_str(protocol->announce ? protocol->announce : "");
    bool imap = protocol->protocol == PROTOCOL_IMAP4S;

    if (!r->offered || (protocol->protocol == PROTOCOL_POP3S && !*r->offer))
        return;
    while (words.n > 0) {
        struct span word = span_cut(&words, ' ');
        if (offer_kind(protocol->protocol, word) == OFFER_GOOD &&
            !offer_has(span_str(r->offer), protocol->protocol, word))
            finding(p, imap ? COMPLAINT_WARNING : COMPLAINT_ERROR, protocol->line,
                    protocol_name(protocol->protocol),
                    "announce promises %.*s, which %s does not offer%s", SPAN_FMT(word), name,
                    imap ? " before the login: if not afterwards either, logins fail"
                         : ": logins there fail");
    }
}

/* --- asking -------------------------------------------------------------------------------------*/

static void probe_mail(struct probing *p, const struct target *t, const char *name)
{
    static struct probe_result r;
    const char *element =
        t->mail == &t->protocol->default_server ? "default-server" : "allow-server";
    probe_server(p->policy, t->protocol->protocol, t->mail, PROBE_REHEARSE, LIMIT_CHECK_MS, &r);
    if (!r.good) {
        finding(p, COMPLAINT_ERROR, t->mail->line, element, "%s: %s", name, r.why.text);
        return;
    }
    judge_expiry(p, t->mail->line, element, name, &r);
    judge_announce(p, t, name, &r);
}

/* The first of the server's own files that the caller may not read, or NULL. */
static const char *hidden_file(const struct aaa_server *s)
{
    const char *const files[] = {s->secret, s->bind_password, s->key};

    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (files[i] && *files[i] && machine_hides(files[i]))
            return files[i];
    return NULL;
}

static void probe_group_server(struct probing *p, const struct target *t, const char *name)
{
    static struct probe_result r;
    const char *hidden = hidden_file(t->server);

    if (hidden) {
        p->asked--;
        finding(p, COMPLAINT_UNSEEN, t->server->line, "server", "%s: %s", name, hidden);
        return;
    }
    probe_aaa(t->group, t->server, t->accounting, LIMIT_CHECK_MS, &r);
    if (!r.good)
        finding(p, r.unsure ? COMPLAINT_WARNING : COMPLAINT_ERROR, t->server->line, "server", "%s",
                r.why.text);
    else
        judge_expiry(p, t->server->line, "server", name, &r);
}

#define TARGET_NAME (HOST_PORT_MAX + LIMIT_PATH)

static void name_target(const struct target *t, char name[TARGET_NAME])
{
    char room[HOST_PORT_MAX];

    if (t->mail)
        snprintf(name, TARGET_NAME, "mail server %s",
                 host_port(room, t->mail->host, t->mail->port));
    else if (t->group->type == GROUP_RADIUS)
        snprintf(name, TARGET_NAME, "server %s",
                 host_port(room, t->server->host,
                           t->accounting ? t->server->accounting_port : t->server->port));
    else
        snprintf(name, TARGET_NAME, "server %.*s", LIMIT_PATH, t->server->url);
}

static void probe_target(struct probing *p, const struct target *t, size_t i, size_t n)
{
    char name[TARGET_NAME];

    name_target(t, name);
    p->asked++;
    if (p->terminal)
        fprintf(stderr, "\r\033[K%zu of %zu: %.60s ...", i + 1, n, name);
    if (t->mail)
        probe_mail(p, t, name);
    else
        probe_group_server(p, t, name);
}

/* With the method mailhost alone everybody's guesses at the mail server come from this machine. */
static void hint_at_guessing(const struct policy *p, FILE *notes)
{
    for (size_t i = 0; i < PROTOCOLS; i++) {
        const struct protocol_policy *one = &p->protocols[i];
        if (one->present && one->methods == METHOD_MAILHOST && *one->default_server.host &&
            one->default_server.client_address == CLIENT_ADDRESS_NONE)
            fprintf(notes,
                    "%s: without client-address a mail server that slows down guessing (Dovecot: "
                    "auth_penalty) slows down everybody here; see mailwicket-policy(5).\n",
                    protocol_name(one->protocol));
    }
}

void ctl_probe(const struct policy *p, const char *file, policy_complain complain, void *context,
               FILE *notes)
{
    struct probing probing = {
        .policy = p, .file = file, .complain = complain, .context = context, .terminal = isatty(2)};
    size_t n = add_all(NULL, p);
    struct target *targets = calloc(n + 1, sizeof *targets);

    if (!targets) {
        complain(context, COMPLAINT_ERROR, "out of memory");
        return;
    }
    add_all(targets, p);
    for (size_t i = 0; i < n; i++)
        probe_target(&probing, &targets[i], i, n);
    clear_progress(&probing);
    free(targets);
    hint_at_guessing(p, notes);
    fprintf(notes, "Servers asked: %u; findings: %u.\n", probing.asked, probing.findings);
}
