/* SPDX-License-Identifier: ISC */
/* asa_group_policy - PURE: group-policy and username, with their attributes. */
#include "asa_internal.h"

#include "identifier.h"

#define LOGINS   3  /* the appliance's default */
#define IDLE     30 /* likewise, minutes */
#define DEFAULT  SPAN("DfltGrpPolicy")
#define OF_VPN   "it is for VPN sessions"
#define NO_ALERT "users are not warned before the end"

static struct asa_group_policy *find_policy(struct asa *a, struct span name)
{
    for (struct asa_group_policy *g = a->group_policies.first; g; g = g->next)
        if (span_eq(g->name, name))
            return g;
    return NULL;
}

static struct asa_group_policy *add_policy(struct asa *a, struct span name, int line)
{
    struct asa_group_policy *g = asa_get(a, sizeof *g);

    g->name = g->new_name = name;
    g->line = line;
    ASA_APPEND(a, a->group_policies, g);
    return g;
}

struct asa_group_policy *asa_find_group_policy(struct asa *a, struct span name)
{
    struct asa_group_policy *g = name.n > 0 ? find_policy(a, name) : NULL;

    return g && g->kept ? g : NULL;
}

/* NUMBER or none, then perhaps alert-interval MINUTES; with "no" the limit is inherited. A number
 * above the policy's maximum becomes the maximum. */
static bool take_limit(struct asa *a, const struct asa_line *l, unsigned least, unsigned max,
                       struct asa_limit *to)
{
    unsigned value = 0;
    bool none = span_eq(l->words[1], SPAN("none"));

    if (span_eq(l->words[1], SPAN("alert-interval")))
        return asa_other(a, NO_ALERT);
    if (!l->no && !none && !asa_number(l->words[1], least, 0xffffffff, &value))
        return false;
    if (l->count > 2 && !span_eq(l->words[2], SPAN("alert-interval")))
        return false;
    *to = (struct asa_limit){.set = !l->no, .none = none, .value = value < max ? value : max};
    if (value > max)
        asa_note(a, ASA_NOTE_CHANGED, l->number, "%.*s: %u, which is the maximum",
                 SPAN_FMT(l->words[0]), max);
    if (l->count > 2)
        asa_note(a, ASA_NOTE_CHANGED, l->number, "%.*s: %s", SPAN_FMT(l->words[0]), NO_ALERT);
    return true;
}

static bool take_logins(struct asa *a, const struct asa_line *l)
{
    return !span_eq(l->words[1], SPAN("none")) &&
           take_limit(a, l, 0, LIMIT_POLICY_COUNT, &a->at.group_policy->logins);
}

static bool take_idle(struct asa *a, const struct asa_line *l)
{
    return take_limit(a, l, 1, LIMIT_POLICY_MINUTES, &a->at.group_policy->idle);
}

static bool take_session(struct asa *a, const struct asa_line *l)
{
    return take_limit(a, l, 1, LIMIT_POLICY_MINUTES, &a->at.group_policy->session);
}

/* vpn-access-hours value RANGE, or none */
static bool take_hours(struct asa *a, const struct asa_line *l)
{
    struct asa_group_policy *g = a->at.group_policy;

    g->hours = (struct asa_reference){SPAN_NONE, 0};
    g->hours_none = !l->no && l->count == 2 && span_eq(l->words[1], SPAN("none"));
    if (l->no || g->hours_none)
        return true;
    /* Also if the line is invalid: there is a limit, and without it the users must be blocked. */
    g->hours = (struct asa_reference){l->words[2], l->number};
    return l->count == 3 && span_eq(l->words[1], SPAN("value"));
}

static const struct asa_command policy_rows[] = {
    {"banner", 0, ASA_ANY, true, NULL, OF_VPN},
    {"vpn-access-hours", 1, ASA_ANY, true, take_hours,
     "expected vpn-access-hours value TIME-RANGE, or none"},
    {"vpn-idle-timeout", 1, 3, true, take_idle, "expected a number of minutes, or none"},
    {"vpn-session-timeout", 1, 3, true, take_session, "expected a number of minutes, or none"},
    {"vpn-simultaneous-logins", 1, 1, true, take_logins, "expected a number"},
    {"webvpn", 0, ASA_ANY, true, NULL, OF_VPN},
};

/* group-policy NAME internal [from OTHER]; external ...; attributes */
bool asa_take_group_policy(struct asa *a, const struct asa_line *l)
{
    struct asa_group_policy *g = find_policy(a, l->words[1]);
    const struct asa_group_policy *from = NULL;

    if (span_eq(l->words[2], SPAN("attributes")) && l->count == 3) {
        a->at.group_policy = g ? g : add_policy(a, l->words[1], l->number);
        a->owner = &a->at.group_policy->lines;
        ASA_BLOCK(a, policy_rows, OF_VPN, true);
        return true;
    }
    if (span_eq(l->words[2], SPAN("external"))) {
        g = g ? g : add_policy(a, l->words[1], l->number);
        g->external = true;
        return asa_because(a, "its attributes are on an AAA server; write a group policy for it");
    }
    if (!span_eq(l->words[2], SPAN("internal")) || (l->count != 3 && l->count != 5))
        return false;
    if (l->count == 5 && !(from = find_policy(a, l->words[4])))
        return asa_because(a, "expected a group policy that is defined before it");
    g = g ? g : add_policy(a, l->words[1], l->number);
    a->owner = &g->lines;
    if (from && from != g) {
        g->logins = from->logins;
        g->idle = from->idle;
        g->session = from->session;
        g->hours = from->hours;
        g->hours_none = from->hours_none;
    }
    return true;
}

static void inherit_limit(struct asa_limit *l, const struct asa_limit *from,
                          struct asa_limit fallback)
{
    if (!l->set)
        *l = from->set ? *from : fallback;
}

/* Hours that can't be carried over would limit no one: blocks the users instead. */
static void resolve_hours(struct asa *a, struct asa_group_policy *g)
{
    const struct asa_time_range *r = asa_find_range(a, g->hours.name);

    if (g->hours.line == 0)
        return;
    g->access_hours = r ? r->hours : SPAN_NONE;
    if (g->access_hours.n > 0)
        return;
    asa_note(a, ASA_NOTE_TODO, g->line,
             "group-policy %.*s: blocked (simultaneous-logins is 0), because time-range %.*s %s; "
             "write its access-hours, and simultaneous-logins %u",
             SPAN_FMT(asa_shown(g->name)), SPAN_FMT(asa_shown(g->hours.name)),
             r ? "can't be carried over" : "is missing", g->logins.value);
    g->logins.value = 0;
}

static bool name_is_used(const struct asa *a, struct span name)
{
    for (const struct asa_group_policy *g = a->group_policies.first; g; g = g->next)
        if (span_eq(g->name, name) || span_eq(g->new_name, name))
            return true;
    return false;
}

/* A name that every AAA server can return: the letters and digits of the old one. */
static struct span plain_name(struct asa *a, struct span name)
{
    char text[GROUP_POLICY_PLAIN];
    size_t n = 0;
    struct span made;

    for (size_t i = 0; i < name.n && n < GROUP_POLICY_PLAIN; i++)
        if (identifier_is_name(span_of(name.p + i, 1)) && name.p[i] != '_')
            text[n++] = name.p[i];
    made = asa_keep(a, "%.*s%s", (int)n, text, n < GROUP_POLICY_MIN ? "Policy" : "");
    while (!a->full && name_is_used(a, made))
        made = asa_keep(a, "%.*sPolicy%u", (int)(n < 4 ? n : 4), text, ++a->numbered + 1);
    return made;
}

static void resolve_name(struct asa *a, struct asa_group_policy *g)
{
    if (identifier_is_name(g->name) && g->name.n >= GROUP_POLICY_MIN)
        return;
    g->new_name = plain_name(a, g->name);
    asa_note(
        a, ASA_NOTE_TODO, g->line,
        "group-policy %.*s: it is %.*s now, because a name has 4 to 64 letters, digits, \"_\", "
        "\".\" and \"-\"; let AAA servers return that name",
        SPAN_FMT(asa_shown(g->name)), SPAN_FMT(g->new_name));
}

static void inherit(struct asa_group_policy *g, const struct asa_group_policy *above)
{
    inherit_limit(&g->logins, &above->logins, (struct asa_limit){.set = true, .value = LOGINS});
    inherit_limit(&g->idle, &above->idle, (struct asa_limit){.set = true, .value = IDLE});
    inherit_limit(&g->session, &above->session, (struct asa_limit){.set = true, .none = true});
    if (!g->hours_none && g->hours.line == 0)
        g->hours = above->hours;
}

void asa_resolve_group_policies(struct asa *a)
{
    struct asa_group_policy *above = find_policy(a, DEFAULT);

    if (!above)
        above = add_policy(a, DEFAULT, 0);
    for (struct asa_group_policy *g = a->group_policies.first; g; g = g->next)
        inherit(g, above);
    for (struct asa_group_policy *g = a->group_policies.first; g; g = g->next) {
        g->kept = !g->external;
        if (g->kept) {
            resolve_name(a, g);
            resolve_hours(a, g);
        } else if (g->lines > 0)
            asa_drop(a, ASA_NOTE_LEFT, g->line, g->lines,
                     "group-policy %.*s: it is external, and has attributes, too; write a group "
                     "policy for it",
                     SPAN_FMT(asa_shown(g->name)));
    }
}
