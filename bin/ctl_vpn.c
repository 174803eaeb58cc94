/* SPDX-License-Identifier: ISC */
/* ctl_vpn - mailwicketctl session: a VPN gateway adds, renews and removes its sessions (R4.5,
 * R4.7). */
#include <stdio.h>
#include <string.h>

#include "ctl_vpn.h"
#include "denial.h"
#include "log.h"

static int session_failed(const char *what)
{
    fprintf(stderr, PROGRAM_CONTROL ": session: %s\n", what);
    return CTL_NO;
}

/* Returns the group policy that the session names. If it names none, its mail sessions get the
 * default group policy of their protocol, and the strictest of these counts. NULL: standard error
 * says why. */
static const struct group_policy *choose_group_policy(const struct policy *p, const char *name)
{
    const struct group_policy *least = NULL;

    for (size_t i = 0; *name && i < p->group_policy_count; i++)
        if (strcmp(p->group_policies[i].name, name) == 0)
            return &p->group_policies[i];
    for (size_t i = 0; !*name && i < PROTOCOLS; i++) {
        const struct group_policy *g = p->protocols[i].default_group_policy;
        if (p->protocols[i].present && g &&
            (!least || g->simultaneous_logins < least->simultaneous_logins))
            least = g;
    }
    if (!least)
        session_failed(*name ? "invalid --group-policy: expected a group policy that the policy has"
                             : "no protocol has a default group policy: expected --group-policy");
    return least;
}

/* Returns a mask of the protocols with piggyback. Mail sessions of another protocol do not count,
 * even if piggyback let them in before it was turned off (R4.5). */
static unsigned piggyback_protocols(const struct policy *p)
{
    unsigned mask = 0;

    for (size_t i = 0; i < PROTOCOLS; i++)
        if (p->protocols[i].present && p->protocols[i].methods & METHOD_PIGGYBACK)
            mask |= 1u << i;
    return mask;
}

static void log_session(int level, const char *event, const struct vpn_session *v,
                        const struct group_policy *g, const struct vpn_met *met)
{
    char room[INET6_ADDRSTRLEN];
    struct log_line l;

    log_start(&l, level, event);
    log_str(&l, "user", v->user);
    log_str(&l, "vpn-id", v->id);
    for (size_t i = 0; i < v->address_count; i++) {
        vpn_address_text(&v->addresses[i], room);
        if (v->leased >> i & 1)
            log_str(&l, "leased", room);
        else
            log_str(&l, "client", room);
    }
    log_str(&l, "group-policy", g->name);
    if (met->displaced)
        log_num(&l, "displaced", met->displaced);
    if (level == LOG_NOTICE) {
        log_num(&l, "vpn-sessions", met->vpn);
        log_num(&l, "mail-sessions", met->mail);
        log_str(&l, "denial", denial_name(DENIAL_LIMIT));
        log_str(&l, "reason", "simultaneous-logins");
        log_asa(&l, 0); /* the event's is about mail sessions */
    }
    log_send(&l);
}

static int session_refused(const struct vpn_session *v, const struct group_policy *g,
                           const struct vpn_met *met)
{
    log_session(LOG_NOTICE, "limit-reached", v, g, met);
    fprintf(stderr,
            PROGRAM_CONTROL
            ": session: refused: simultaneous-logins of %s is %u, and this user has %u "
            "VPN session%s and %u mail session%s let in by piggyback: end some, "
            "raise the limit above %u, or turn piggyback off for these protocols\n",
            g->name, g->simultaneous_logins, met->vpn, met->vpn == 1 ? "" : "s", met->mail,
            met->mail == 1 ? "" : "s", met->vpn + met->mail);
    return CTL_REFUSED;
}

static int add_session(struct ctl *c, struct state *s, struct vpn_options *o)
{
    const struct policy *p = ctl_policy(c);
    struct vpn_session *v = &o->session;
    const struct group_policy *g = choose_group_policy(p, v->group_policy);
    struct vpn_met met;

    if (!g)
        return CTL_NO;
    if (v->address_count == 0)
        return session_failed("missing address: expected --address, --leased, or both"), CTL_USAGE;
    if (!*v->id) /* the user's only session from there */
        vpn_address_text(&v->addresses[0], v->id);
    const struct vpn_limit limit = {g->simultaneous_logins, piggyback_protocols(p)};
    int added = state_vpn_add(s, v, &limit, &met);
    if (added < 0)
        return ctl_state_failed();
    if (added == VPN_REFUSED)
        return session_refused(v, g, &met);
    log_session(LOG_INFO,
                added == VPN_RENEWED    ? "vpn-renewed"
                : added == VPN_REPLACED ? "vpn-replaced"
                                        : "vpn-added",
                v, g, &met);
    return CTL_GOOD;
}

static int session_unknown(const struct vpn_options *o)
{
    fprintf(stderr, PROGRAM_CONTROL ": session: %s has no VPN session%s%s\n", o->session.user,
            *o->session.id ? " with the id " : "", o->session.id);
    return CTL_UNKNOWN;
}

static const char *id_of(const struct vpn_options *o)
{
    return *o->session.id ? o->session.id : NULL;
}

static int remove_sessions(struct ctl *c, struct state *s, struct vpn_options *o)
{
    struct log_line l;

    (void)c;
    if (o->all == (*o->session.user != '\0') || (o->all && *o->session.id))
        return session_failed("expected either --user, with or without --id, or --all"), CTL_USAGE;
    int n = state_vpn_remove(s, o->all ? NULL : o->session.user, o->all ? NULL : id_of(o));
    if (n < 0)
        return ctl_state_failed();
    if (n == 0 && !o->all)
        return session_unknown(o);
    log_start(&l, LOG_INFO, "vpn-removed");
    log_str(&l, "user", o->all ? NULL : o->session.user);
    log_str(&l, "vpn-id", id_of(o));
    log_num(&l, "vpn-sessions", (uint64_t)n);
    log_send(&l);
    printf("%d removed\n", n);
    return CTL_GOOD;
}

static int touch_sessions(struct ctl *c, struct state *s, struct vpn_options *o)
{
    const struct vpn_session *v = &o->session;

    (void)c;
    int n = state_vpn_touch(s, v->user, id_of(o), o->has_lifetime ? &v->lifetime : NULL);
    if (n < 0)
        return ctl_state_failed();
    return n == 0 ? session_unknown(o) : CTL_GOOD;
}

static int list_sessions(struct ctl *c, struct state *s, struct vpn_options *o)
{
    (void)c;
    return vpn_list(s, o->json);
}

static const struct action {
    const char *word, *allowed, *needed; /* options, by their letters */
    struct state *(*open)(struct ctl *c);
    int (*run)(struct ctl *c, struct state *s, struct vpn_options *o);
} actions[] = {
    {"add", "ualgie", "u", ctl_state, add_session},
    {"remove", "uiA", "", ctl_state, remove_sessions},
    {"touch", "uie", "u", ctl_state, touch_sessions},
    {"list", "j", "", ctl_look, list_sessions},
};

int ctl_vpn(struct ctl *c, int argc, char **argv)
{
    const struct action *a = NULL;
    struct vpn_options o;

    for (size_t i = 0; argc > 1 && i < sizeof actions / sizeof *actions; i++)
        if (strcmp(actions[i].word, argv[1]) == 0)
            a = &actions[i];
    if (!a || !vpn_options(&o, a->allowed, a->needed, argc - 1, argv + 1))
        return CTL_USAGE;
    struct state *s = a->open(c);
    if (!s)
        return CTL_NO;
    int code = a->run(c, s, &o);
    state_close(s);
    return code;
}
