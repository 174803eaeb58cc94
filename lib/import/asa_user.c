/* SPDX-License-Identifier: ISC */
/* asa_user - PURE: username, with its attributes. */
#include "asa_internal.h"

#include "identifier.h"

#define OF_GROUP_POLICY "a user has the limits of the group policy"
#define PASSWD          "mailwicketctl passwd --users " ASA_USERS

static bool take_policy_of_user(struct asa *a, const struct asa_line *l)
{
    a->at.user->group_policy = l->no ? (struct asa_reference){SPAN_NONE, 0}
                                     : (struct asa_reference){l->words[1], l->number};
    return true;
}

/* Whether it is a limit for mail is found out once it is known whether a protocol uses the user. */
static bool take_limit_of_user(struct asa *a, const struct asa_line *l)
{
    if (l->no)
        return true;
    if (span_eq(l->words[1], SPAN("none")) || span_eq(l->words[1], SPAN("alert-interval")))
        return asa_other(a, OF_GROUP_POLICY);
    return asa_keep_line(a, &a->at.user->limits, l);
}

static const struct asa_command user_rows[] = {
    {"vpn-access-hours", 0, ASA_ANY, true, take_limit_of_user, OF_GROUP_POLICY},
    {"vpn-group-policy", 1, 1, true, take_policy_of_user, "expected vpn-group-policy NAME"},
    {"vpn-idle-timeout", 0, ASA_ANY, true, take_limit_of_user, OF_GROUP_POLICY},
    {"vpn-session-timeout", 0, ASA_ANY, true, take_limit_of_user, OF_GROUP_POLICY},
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
    a->owner = &u->lines;
    if (!attributes)
        return true;
    a->at.user = u;
    ASA_BLOCK(a, user_rows, "it is not about mail", true);
    return true;
}

/* The name as a command's argument, unless a shell would need quotes for it. */
static struct span as_argument(struct span name)
{
    return identifier_is_name(name) ? name : SPAN("NAME");
}

/* The name of the user's group policy, or empty. */
static struct span policy_of(struct asa *a, const struct asa_user *u)
{
    const struct asa_reference *r = &u->group_policy;
    const struct asa_group_policy *g = r->line > 0 ? asa_find_group_policy(a, r->name) : NULL;

    if (r->line > 0 && !g)
        asa_drop(a, ASA_NOTE_LEFT, r->line, 1,
                 "vpn-group-policy: group policy %.*s is missing or not carried over",
                 SPAN_FMT(asa_shown(r->name)));
    return g ? g->new_name : SPAN_NONE;
}

static void resolve_user(struct asa *a, const struct asa_user *u, enum asa_note_kind kind)
{
    struct span shown = asa_shown(u->name), policy = policy_of(a, u);

    for (const struct asa_later *l = u->limits; l; l = l->next)
        asa_drop(a, ASA_NOTE_LEFT, l->line, 1, "username %.*s: %s", SPAN_FMT(shown),
                 OF_GROUP_POLICY);
    if (u->limits)
        asa_note(a, ASA_NOTE_TODO, u->line,
                 "username %.*s: neither the password nor the user's own limit (line %d) can be "
                 "carried over; write a group policy with the limit, then: " PASSWD
                 " --group-policy NAME %.*s",
                 SPAN_FMT(shown), u->limits->line, SPAN_FMT(as_argument(u->name)));
    else
        asa_note(a, kind, u->line,
                 "username %.*s: the password can't be carried over; set one: " PASSWD
                 "%s%.*s %.*s",
                 SPAN_FMT(shown), policy.n > 0 ? " --group-policy " : "", SPAN_FMT(policy),
                 SPAN_FMT(as_argument(u->name)));
}

/* Many users are one thing to do: then what to do for each is a detail. */
static void resolve_used(struct asa *a)
{
    unsigned plain = 0;
    int line = 0;

    for (const struct asa_user *u = a->users.first; u; u = u->next)
        if (!u->limits) {
            line = plain++ == 0 ? u->line : line;
        }
    if (plain > 1)
        asa_note(a, ASA_NOTE_TODO, line,
                 "username: %u users need new passwords: " PASSWD
                 " [--group-policy POLICY] NAME; --verbose has each",
                 plain);
    for (const struct asa_user *u = a->users.first; u; u = u->next)
        resolve_user(a, u, plain > 1 ? ASA_NOTE_DETAIL : ASA_NOTE_TODO);
}

void asa_resolve_users(struct asa *a)
{
    const struct asa_group *local = a->groups.first;

    while (local && !(local->kept && local->type == ASA_LOCAL))
        local = local->next;
    if (local)
        resolve_used(a);
    for (const struct asa_user *u = local ? NULL : a->users.first; u; u = u->next)
        asa_drop(a, ASA_NOTE_OTHER, u->line, u->lines,
                 "username %.*s: no protocol uses the local users", SPAN_FMT(asa_shown(u->name)));
    if (local && !a->users.first)
        asa_note(a, ASA_NOTE_TODO, local->line,
                 "aaa-server %.*s: it has no users; add them with " PASSWD, SPAN_FMT(local->name));
}
