/* SPDX-License-Identifier: ISC */
/* radius_radcli - all that is radcli's; see radius_radcli.h. Holds the user's password, and ends
 * with it. */
#include "radius_radcli.h"

#include <netdb.h>
#include <radcli/radcli.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <syslog.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "radius_answer.h"

/* Just what is sent and looked at: nothing under /etc is needed. */
static const char dictionary[] = "ATTRIBUTE User-Name 1 string\n"
                                 "ATTRIBUTE User-Password 2 string\n"
                                 "ATTRIBUTE NAS-IP-Address 4 ipaddr\n"
                                 "ATTRIBUTE Service-Type 6 integer\n"
                                 "ATTRIBUTE Reply-Message 18 string\n"
                                 "ATTRIBUTE State 24 string\n"
                                 "ATTRIBUTE Class 25 string\n"
                                 "ATTRIBUTE Called-Station-Id 30 string\n"
                                 "ATTRIBUTE Calling-Station-Id 31 string\n"
                                 "ATTRIBUTE NAS-Identifier 32 string\n"
                                 "ATTRIBUTE Acct-Status-Type 40 integer\n"
                                 "ATTRIBUTE Acct-Delay-Time 41 integer\n"
                                 "ATTRIBUTE Acct-Input-Octets 42 integer\n"
                                 "ATTRIBUTE Acct-Output-Octets 43 integer\n"
                                 "ATTRIBUTE Acct-Session-Id 44 string\n"
                                 "ATTRIBUTE Acct-Session-Time 46 integer\n"
                                 "ATTRIBUTE Acct-Terminate-Cause 49 integer\n"
                                 "ATTRIBUTE Acct-Input-Gigawords 52 integer\n"
                                 "ATTRIBUTE Acct-Output-Gigawords 53 integer\n"
                                 "ATTRIBUTE Event-Timestamp 55 date\n"
                                 "ATTRIBUTE NAS-Port-Type 61 integer\n"
                                 "ATTRIBUTE Message-Authenticator 80 string\n"
                                 "ATTRIBUTE NAS-IPv6-Address 95 ipv6addr\n"
                                 "VENDOR Altiga 3076\n"
                                 "BEGIN-VENDOR Altiga\n"
                                 "ATTRIBUTE Group-Policy 25 string\n"
                                 "ATTRIBUTE SessionType 151 integer\n"
                                 "END-VENDOR Altiga\n";

static int out_of_memory(struct err *e)
{
    return err_set(e, "radcli: out of memory");
}

static int set_server(rc_handle *h, const char *option, const struct aaa_server *s, unsigned port,
                      struct err *e)
{
    SERVER *to = rc_conf_srv(h, option);

    if (!to)
        return out_of_memory(e);
    to->max = 1;
    to->port[0] = (uint16_t)port;
    to->name[0] = strdup(s->host);
    return to->name[0] ? 0 : out_of_memory(e);
}

/* RFC 6614 section 2.3. Behind the handshake: radcli would take it before for a pre-shared key. */
static int set_secret(rc_handle *h, const char *option, struct err *e)
{
    SERVER *to = rc_conf_srv(h, option);

    to->secret[0] = strdup("radsec");
    return to->secret[0] ? 0 : out_of_memory(e);
}

static int set_option(rc_handle *h, const char *name, const char *value, struct err *e)
{
    if (*value && rc_add_config(h, name, value, "policy", 0))
        return err_set(e, "radcli doesn't take its option %s", name);
    return 0;
}

static int set_number(rc_handle *h, const char *name, uint64_t value, struct err *e)
{
    char text[24];

    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    return set_option(h, name, text, e);
}

/* For TLS radcli opens a socket of the family of its own address, whatever the server's is. */
static const char *own_address(const struct aaa_server *s, unsigned port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG}, *found = NULL;
    char service[24];
    bool six;

    snprintf(service, sizeof service, "%u", port);
    six = getaddrinfo(s->host, service, &hints, &found) == 0 && found->ai_family == AF_INET6;
    if (found)
        freeaddrinfo(found);
    return six ? "::" : "";
}

static int set_tls(rc_handle *h, const struct aaa_server *s, unsigned port, struct err *e)
{
    if (set_option(h, "serv-type", "tls", e) || set_option(h, "tls-ca-file", s->ca, e) ||
        set_option(h, "tls-cert-file", s->certificate, e) ||
        set_option(h, "tls-key-file", s->key, e) ||
        set_option(h, "bindaddr", own_address(s, port), e))
        return -1;
    return 0;
}

/* Its tries, with the time that is left. */
static int set_times(rc_handle *h, const struct aaa_server *s, uint64_t deadline, struct err *e)
{
    uint64_t now = clock_ms(), left = deadline > now ? (deadline - now) / 1000 : 0;
    uint64_t each = left / (s->retries + 1);

    each = each > s->timeout ? s->timeout : each;
    return set_number(h, "radius_timeout", each ? each : 1, e) ||
                   set_number(h, "radius_retries", s->retries, e)
               ? -1
               : 0;
}

static int connect_server(rc_handle *h, struct err *e)
{
    if (rc_read_dictionary_from_buffer(h, dictionary, sizeof dictionary - 1))
        return err_set(e, "radcli doesn't take the dictionary");
    if (rc_apply_config(h))
        return err_set(e, "no TLS with it");
    return set_secret(h, "authserver", e) || set_secret(h, "acctserver", e) ? -1 : 0;
}

static rc_handle *open_server(const struct aaa_server *s, enum radius_kind kind, uint64_t deadline,
                              struct err *e)
{
    unsigned port = radius_port(s, kind);
    rc_handle *h = rc_new();

    if (!h || !rc_config_init(h)) {
        out_of_memory(e);
        return NULL;
    }
    if (set_server(h, "authserver", s, port, e) || set_server(h, "acctserver", s, port, e) ||
        set_times(h, s, deadline, e) || set_tls(h, s, port, e) || connect_server(h, e))
        return NULL;
    return h;
}

static int add_attributes(rc_handle *h, VALUE_PAIR **list, const struct radius_request *r,
                          struct err *e)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct radius_attribute *a = &r->attributes[i];
        const void *value = a->text.p ? (const void *)a->text.p : &a->number;

        if (!rc_avpair_add(h, list, (int)a->type, value, (int)a->text.n, (int)a->vendor))
            return err_set(e, "radcli doesn't take attribute %u", a->type);
    }
    return 0;
}

/* An attribute as it stood in the packet, or of type 0 where nobody asks for it. */
static struct radius_attribute attribute_of(VALUE_PAIR *p)
{
    static const struct {
        int type, vendor;
    } rows[] = {{RADIUS_CLASS, 0}, {RADIUS_REPLY_MESSAGE, 0}, {RADIUS_GROUP_POLICY, RADIUS_VENDOR}};
    char *value = NULL;
    unsigned size = 0;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rc_avpair_get(p, rows[i].type, rows[i].vendor) == p &&
            rc_avpair_get_raw(p, &value, &size) == 0)
            return (struct radius_attribute){.type = (unsigned)rows[i].type,
                                             .vendor = (unsigned)rows[i].vendor,
                                             .text = span_of(value, size)};
    return (struct radius_attribute){0};
}

static enum aaa_outcome trouble(const char *what, struct aaa_answer *a)
{
    err_set(&a->why, "%s", what);
    return AAA_TEMPORARY;
}

static enum aaa_outcome judge(int result, VALUE_PAIR *received, struct aaa_answer *a)
{
    struct radius_reading reading = {0};

    for (VALUE_PAIR *p = received; p; p = rc_avpair_next(p)) {
        struct radius_attribute one = attribute_of(p);
        reading_take(&reading, &one, a);
    }
    switch (result) {
    case OK_RC:
        return reading_accept(&reading, a);
    case REJECT_RC:
        return reading_refuse(&reading, RADIUS_REJECTED, a);
    case CHALLENGE_RC:
        return reading_refuse(&reading, RADIUS_CHALLENGED, a);
    case TIMEOUT_RC:
        return trouble("no answer", a);
    default:
        return trouble("no answer that could be read", a);
    }
}

/* What radcli complains of goes to syslog, and here it can be read too: a file in the place of
 * standard error, which nobody has here. */
static int listen_in(void)
{
    int fd = memfd_create("radcli", MFD_CLOEXEC);

    if (fd >= 0 && dup2(fd, STDERR_FILENO) >= 0)
        openlog("radcli", LOG_PERROR, LOG_AUTH);
    return fd;
}

/* Its complaints, in brackets behind why, without their prefix. */
static void say_complaints(int fd, struct err *why)
{
    static const struct span prefix = {"radcli: ", 8};
    char text[512], room[256];
    ssize_t n = fd < 0 ? -1 : pread(fd, text, sizeof text, 0);
    struct span rest = span_of(text, n < 0 ? 0 : (size_t)n);
    struct buf said = BUF(room);
    struct err mine = *why;

    while (rest.n > 0) {
        struct span line = span_cut(&rest, '\n');
        while (span_starts(line, prefix))
            line = span_tail(line, prefix.n);
        if (said.len > 0)
            buf_puts(&said, "; ");
        buf_put(&said, span_head(line, buf_room(&said)));
    }
    if (said.len > 0)
        err_set(why, "%.200s (%.*s)", mine.text, SPAN_FMT(buf_span(&said)));
}

static enum aaa_outcome talk(const struct aaa_server *s, const struct radius_request *r,
                             uint64_t deadline, struct aaa_answer *a)
{
    bool accounting = r->kind == RADIUS_ACCOUNTING;
    VALUE_PAIR *send = NULL, *received = NULL;
    rc_handle *h;

    setlogmask(LOG_UPTO(LOG_INFO)); /* what is wrong with a certificate */
    h = open_server(s, r->kind, deadline, &a->why);
    setlogmask(LOG_UPTO(LOG_ERR)); /* not what is new to it in an answer */
    if (!h || add_attributes(h, &send, r, &a->why))
        return AAA_TEMPORARY;
    int result = rc_aaa(h, 0, send, &received, NULL, 0,
                        accounting ? PW_ACCOUNTING_REQUEST : PW_ACCESS_REQUEST);
    return judge(result, accounting ? NULL : received, a);
}

enum aaa_outcome radius_radcli(const struct aaa_server *s, const struct radius_request *r,
                               uint64_t deadline, struct aaa_answer *a)
{
    int complaints = listen_in();
    enum aaa_outcome outcome = talk(s, r, deadline, a);

    if (outcome == AAA_TEMPORARY)
        say_complaints(complaints, &a->why);
    return outcome;
}
