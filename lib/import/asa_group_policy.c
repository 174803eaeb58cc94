/* SPDX-License-Identifier: ISC */
/* asa_group_policy - PURE: group-policy and username, with their attributes. */
#include "asa_internal.h"

#include "identifier.h"

#define LOGINS          3  /* the appliance's default */
#define IDLE            30 /* likewise, minutes */
#define DEFAULT         SPAN("DfltGrpPolicy")
#define OF_VPN          "it is for VPN sessions"
#define OF_GROUP_POLICY "a user has the limits of the group policy"
#define NO_ALERT        "users are not warned before the end"
#define NAME_EXPECTED                                                                              \
    "expected a name of 4 to 64 letters, digits, \"_\", \".\" and \"-\", which AAA servers must "  \
    "then "                                                                                        \
    "use too"

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

    g->name = name;
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
        return asa_because(a, NO_ALERT);
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
    {"vpn-access-hours", 1, ASA_ANY, true, take_hours,
     "expected vpn-access-hours value TIME-RANGE, or none"},
    {"vpn-idle-timeout", 1, 3, true, take_idle, "expected a number of minutes, or none"},
    {"vpn-session-timeout", 1, 3, true, take_session, "expected a number of minutes, or none"},
    {"vpn-simultaneous-logins", 1, 1, true, take_logins, "expected a number"},
};

/* group-policy NAME internal [from OTHER]; external ...; attributes */
bool asa_take_group_policy(struct asa *a, const struct asa_line *l)
{
    struct asa_group_policy *g = find_policy(a, l->words[1]);
    const struct asa_group_policy *from = NULL;

    if (span_eq(l->words[2], SPAN("attributes")) && l->count == 3) {
        a->at.group_policy = g ? g : add_policy(a, l->words[1], l->number);
        a->hint = OF_VPN;
        ASA_ROWS(a, policy_rows);
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
    if (from && from != g) {
        g->logins = from->logins;
        g->idle = from->idle;
        g->session = from->session;
        g->hours = from->hours;
        g->hours_none = from->hours_none;
    }
    return true;
}

static bool take_policy_of_user(struct asa *a, const struct asa_line *l)
{
    a->at.user->group_policy = l->no ? (struct asa_reference){SPAN_NONE, 0}
                                     : (struct asa_reference){l->words[1], l->number};
    return true;
}

/* The line is not carried over, but resolve_user must know that there is a limit. */
static bool take_limit_of_user(struct asa *a, const struct asa_line *l)
{
    if (!l->no && !span_eq(l->words[1], SPAN("none")))
        a->at.user->limit_line = l->number;
    return false;
}

static const struct asa_command user_rows[] = {
    {"vpn-access-hours", 0, ASA_ANY, true, take_limit_of_user, OF_GROUP_POLICY},
    {"vpn-group-policy", 1, 1, true, take_policy_of_user, "expected vpn-group-policy NAME"},
    {"vpn-simultaneous-logins", 0, ASA_ANY, true, take_limit_of_user, OF_GROUP_POLICY},
};

/* username NAME password HASH [...]; nopassword; attributes. */
bool asa_take_user(struct asa *a, const struct asa_line *l)
{
    struct asa_user *u = a->users.last;
    bool attributes = span_eq(l->words[2], SPAN("attributes"));

    if (!attributes && !span_eq(l->words[2], SPAN("password")) &&
        !span_eq(l->words[2], SPAN("nopassword")))
        return false;
    /* Nearly always, a user's attributes directly follow the password. */
    if (attributes && u && !span_eq(u->name, l->words[1]))
        for (u = a->users.first; u && !span_eq(u->name, l->words[1]);)
            u = u->next;
    if (!attributes || !u) {
        u = asa_get(a, sizeof *u);
        u->line = l->number;
        u->name = l->words[1];
        ASA_APPEND(a, a->users, u);
    }
    if (!attributes)
        return true;
    a->at.user = u;
    a->hint = OF_GROUP_POLICY;
    ASA_ROWS(a, user_rows);
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
    const struct asa_time_range *r = a->ranges.first;

    if (g->hours.line == 0)
        return;
    while (r && !span_eq(r->name, g->hours.name))
        r = r->next;
    g->access_hours = r ? asa_hours(a, r) : SPAN_NONE;
    if (g->access_hours.n > 0)
        return;
    asa_note(a, ASA_NOTE_TODO, g->line,
             "group-policy %.*s: blocked (simultaneous-logins is 0), because time-range %.*s %s; "
             "write its access-hours, and simultaneous-logins %u",
             SPAN_FMT(asa_shown(g->name)), SPAN_FMT(asa_shown(g->hours.name)),
             r ? "can't be carried over" : "is missing", g->logins.value);
    g->logins.value = 0;
}

void asa_resolve_group_policies(struct asa *a)
{
    struct asa_group_policy *above = find_policy(a, DEFAULT);

    if (!above)
        above = add_policy(a, DEFAULT, 0);
    for (struct asa_group_policy *g = a->group_policies.first; g; g = g->next) {
        inherit_limit(&g->logins, &above->logins, (struct asa_limit){.set = true, .value = LOGINS});
        inherit_limit(&g->idle, &above->idle, (struct asa_limit){.set = true, .value = IDLE});
        inherit_limit(&g->session, &above->session, (struct asa_limit){.set = true, .none = true});
        if (!g->hours_none && g->hours.line == 0)
            g->hours = above->hours;
    }
    for (struct asa_group_policy *g = a->group_policies.first; g; g = g->next) {
        g->kept = !g->external && identifier_is_name(g->name) && g->name.n >= GROUP_POLICY_MIN;
        if (g->kept)
            resolve_hours(a, g);
        else if (!g->external)
            asa_note(a, ASA_NOTE_LEFT, g->line, "group-policy %.*s: %s",
                     SPAN_FMT(asa_shown(g->name)), NAME_EXPECTED);
    }
}
