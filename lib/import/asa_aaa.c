/* SPDX-License-Identifier: ISC */
/* asa_aaa - PURE: aaa-server groups, and the hosts of type RADIUS. */
#include "asa_internal.h"

#define DEAD_TIME       600 /* s: the appliance's default, after depletion */
#define DEAD_TIME_TIMED 30  /* s: reactivation-mode timed */
#define TIMEOUT         10  /* s */
#define TIMEOUT_MAX     300
#define INTERVAL_MAX    10
#define HOUR            3600
#define HOURS_MAX       24 /* the policy's; the appliance's is 120 */
#define NO_HOST         "its group is not carried over"
#define TYPES           "expected protocol radius, ldap or local"
#define FOR_VPN         "it is for VPN sessions"

struct asa_group *asa_find_group(struct asa *a, struct span name)
{
    for (struct asa_group *g = a->groups.first; g; g = g->next)
        if (span_eq(g->name, name))
            return g;
    return NULL;
}

/* reactivation-mode depletion [deadtime MINUTES]; reactivation-mode timed */
static bool take_reactivation(struct asa *a, const struct asa_line *l)
{
    unsigned minutes = DEAD_TIME / 60;

    if (span_eq(l->words[1], SPAN("timed")) && l->count == 2) {
        a->at.group->dead_time = DEAD_TIME_TIMED;
        return true;
    }
    if (!l->no &&
        (!span_eq(l->words[1], SPAN("depletion")) ||
         (l->count > 2 && (l->count != 4 || !asa_number(l->words[3], 0, 1440, &minutes)))))
        return false;
    a->at.group->dead_time = minutes * 60;
    return true;
}

/* interim-accounting-update [periodic [HOURS]] */
static bool take_interim(struct asa *a, const struct asa_line *l)
{
    unsigned hours = HOURS_MAX;

    if (l->no || l->count == 1) {
        a->at.group->interim = 0;
        return true;
    }
    if (!span_eq(l->words[1], SPAN("periodic")) ||
        (l->count == 3 && !asa_number(l->words[2], 1, 120, &hours)))
        return false;
    if (hours > HOURS_MAX)
        asa_note(a, ASA_NOTE_CHANGED, l->number,
                 "interim-accounting-update: every %d hours, which is the maximum", HOURS_MAX);
    a->at.group->interim = (hours < HOURS_MAX ? hours : HOURS_MAX) * HOUR;
    return true;
}

static bool take_mode(struct asa *a, const struct asa_line *l)
{
    (void)a;
    return l->no || span_eq(l->words[1], SPAN("single"));
}

/* The servers sign their answers. With "no" they need not, but here they must all the same. */
static bool take_signed_by_group(struct asa *a, const struct asa_line *l)
{
    a->at.group->signed_answers = !l->no;
    return true;
}

static const struct asa_command group_rows[] = {
    {"accounting-mode", 1, 1, true, take_mode,
     "accounting goes to the first server that answers, not to all"},
    {"ad-agent-mode", 0, ASA_ANY, true, NULL, FOR_VPN},
    {"authorize-only", 0, ASA_ANY, true, NULL, FOR_VPN},
    {"dynamic-authorization", 0, ASA_ANY, true, NULL, FOR_VPN},
    {"interim-accounting-update", 0, 2, true, take_interim,
     "expected interim-accounting-update periodic HOURS"},
    {"max-failed-attempts", 0, ASA_ANY, true, NULL,
     "a server without a valid answer is skipped for the group's dead-time"},
    {"merge-dacl", 0, ASA_ANY, true, NULL, FOR_VPN},
    {"message-authenticator-required", 0, 0, true, take_signed_by_group,
     "expected message-authenticator-required alone"},
    {"reactivation-mode", 1, 3, true, take_reactivation,
     "expected reactivation-mode timed, or depletion deadtime MINUTES"},
    {"realm-id", 0, ASA_ANY, true, NULL, FOR_VPN},
};

static bool open_group(struct asa *a, const struct asa_line *l, struct asa_group *g)
{
    static const struct {
        struct span name;
        enum asa_group_type type;
    } types[] = {
        {SPAN("radius"), ASA_RADIUS}, {SPAN("ldap"), ASA_LDAP}, {SPAN("local"), ASA_LOCAL}};
    enum asa_group_type type = ASA_OTHER;

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (span_eq(l->words[3], types[i].name))
            type = types[i].type;
    if (!g) {
        g = asa_get(a, sizeof *g);
        *g = (struct asa_group){.line = l->number, .name = l->words[1], .dead_time = DEAD_TIME};
        ASA_APPEND(a, a->groups, g);
    }
    g->type = type;
    if (type == ASA_OTHER)
        return asa_other(a, TYPES);
    a->at.group = g;
    a->owner = &g->lines;
    ASA_BLOCK(a, group_rows, "a server group has no such setting", false);
    return true;
}

/* After the address: [KEY] [timeout SECONDS]. Only RADIUS has the key. */
static bool read_host_words(const struct asa_line *l, size_t i, struct asa_server *s)
{
    if (i < l->count && !span_eq(l->words[i], SPAN("timeout")))
        s->secret = (struct asa_reference){l->words[i++], l->number};
    if (i == l->count)
        return true;
    return i + 2 == l->count && span_eq(l->words[i], SPAN("timeout")) &&
           asa_number(l->words[i + 1], 1, TIMEOUT_MAX, &s->timeout);
}

/* aaa-server GROUP [(INTERFACE)] host ADDRESS ...: the interface is left to routing. */
static bool open_host(struct asa *a, const struct asa_line *l, struct asa_group *g, size_t host)
{
    struct asa_server *s;

    if (!g)
        return asa_because(a, "expected aaa-server GROUP protocol PROTOCOL before it");
    if (g->type != ASA_RADIUS && g->type != ASA_LDAP)
        return asa_other(a, g->type == ASA_LOCAL ? "local users have no server" : NO_HOST);
    if (host + 1 >= l->count)
        return false;
    s = asa_get(a, sizeof *s);
    *s = (struct asa_server){.line = l->number,
                             .host = l->words[host + 1],
                             .timeout = TIMEOUT,
                             .interval = INTERVAL_MAX};
    if (!read_host_words(l, host + 2, s))
        return false;
    asa_hide(&s->secret, l);
    ASA_APPEND(a, g->servers, s);
    a->at.server = s;
    a->owner = &s->lines;
    if (g->type == ASA_RADIUS)
        asa_open_radius(a);
    else
        asa_open_ldap(a);
    return true;
}

bool asa_take_group(struct asa *a, const struct asa_line *l)
{
    struct asa_group *g = asa_find_group(a, l->words[1]);
    size_t host = l->words[2].n > 0 && l->words[2].p[0] == '(' ? 3 : 2;

    if (span_eq(l->words[2], SPAN("protocol")) && l->count >= 4)
        return open_group(a, l, g);
    if (span_eq(l->words[host], SPAN("host")))
        return open_host(a, l, g, host);
    return false;
}

void asa_hide(struct asa_reference *secret, const struct asa_line *l)
{
    bool stars = true;

    if (l->latin || l->controls) /* only its octets would be the secret */
        secret->name = SPAN_NONE;
    for (size_t i = 0; i < secret->name.n; i++)
        stars = stars && secret->name.p[i] == '*';
    if (stars)
        secret->name = SPAN_NONE;
}

bool asa_take_secret(struct asa *a, const struct asa_line *l)
{
    struct asa_reference *secret = &a->at.server->secret;

    *secret = (struct asa_reference){l->words[l->count - 1], l->number};
    if (l->no)
        *secret = (struct asa_reference){SPAN_NONE, 0};
    else if (l->count == 3 && !span_eq(l->words[1], SPAN("0")))
        secret->name = SPAN_NONE; /* encrypted with the appliance's passphrase */
    asa_hide(secret, l);
    return true;
}

bool asa_take_timeout(struct asa *a, const struct asa_line *l)
{
    a->at.server->timeout = TIMEOUT;
    return l->no || asa_number(l->words[1], 1, TIMEOUT_MAX, &a->at.server->timeout);
}

static bool take_interval(struct asa *a, const struct asa_line *l)
{
    a->at.server->interval = INTERVAL_MAX;
    return l->no || asa_number(l->words[1], 1, INTERVAL_MAX, &a->at.server->interval);
}

static bool take_authentication_port(struct asa *a, const struct asa_line *l)
{
    a->at.server->port = 0;
    return l->no || asa_number(l->words[1], 1, 65535, &a->at.server->port);
}

static bool take_accounting_port(struct asa *a, const struct asa_line *l)
{
    a->at.server->accounting_port = 0;
    return l->no || asa_number(l->words[1], 1, 65535, &a->at.server->accounting_port);
}

static bool take_signed(struct asa *a, const struct asa_line *l)
{
    a->at.server->signed_answers = !l->no;
    return true;
}

static const struct asa_command radius_rows[] = {
    {"accounting-port", 1, 1, true, take_accounting_port, "expected a port from 1 to 65535"},
    {"acl-netmask-convert", 0, ASA_ANY, true, NULL, "access lists from RADIUS are not used"},
    {"authentication-port", 1, 1, true, take_authentication_port,
     "expected a port from 1 to 65535"},
    {"key", 1, 2, true, asa_take_secret, "expected key SECRET"},
    {"message-authenticator-required", 0, 0, true, take_signed,
     "expected message-authenticator-required alone"},
    {"mschapv2-capable", 0, 0, true, NULL, "passwords are sent by PAP, as User-Password"},
    {"radius-common-pw", 0, ASA_ANY, true, asa_take_not,
     "for authorization the password is the user's name"},
    {"retry-interval", 1, 1, true, take_interval, "expected a number from 1 to 10"},
    {"timeout", 1, 1, true, asa_take_timeout, "expected a number from 1 to 300"},
};

void asa_open_radius(struct asa *a)
{
    ASA_BLOCK(a, radius_rows, "a RADIUS server has no such setting", false);
}
