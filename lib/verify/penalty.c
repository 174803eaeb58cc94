/* SPDX-License-Identifier: ISC */
/* penalty - see penalty.h. */
#include "penalty.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

unsigned penalty_times(unsigned refusals)
{
    unsigned times = 1;

    if (refusals < PENALTY_FREE)
        return 0;
    while (refusals-- > PENALTY_FREE && times < PENALTY_MAX)
        times *= 2;
    return times;
}

void penalty_address_name(char name[PENALTY_NAME_MAX], const char *address)
{
    unsigned char bits[16];
    char net[INET6_ADDRSTRLEN];

    if (inet_pton(AF_INET6, address, bits) != 1) {
        snprintf(name, PENALTY_NAME_MAX, "a:%s", address);
        return;
    }
    memset(bits + 8, 0, 8);
    inet_ntop(AF_INET6, bits, net, sizeof net);
    snprintf(name, PENALTY_NAME_MAX, "a:%s/64", net);
}

/* Users that are the same by the state's rule have one name. */
static void user_name(const struct state *s, char name[PENALTY_NAME_MAX], const char *user)
{
    int n = snprintf(name, PENALTY_NAME_MAX, "u:%s", user);

    if (n < 0 || state_user_case(s) == USER_CASE_EXACT)
        return;
    name[2 + user_fold(span_str(user), name + 2, PENALTY_NAME_MAX - 3)] = '\0';
}

/* "b:192.0.2.7 jo": both, so that a login of jo from there takes back jo's share alone. */
static void share_name(const struct state *s, char name[PENALTY_NAME_MAX], const char *address,
                       const char *user)
{
    char by_user[PENALTY_NAME_MAX];
    size_t n;

    penalty_address_name(name, address);
    name[0] = 'b';
    user_name(s, by_user, user);
    n = strlen(name);
    snprintf(name + n, PENALTY_NAME_MAX - n, " %s", by_user + 2);
}

static unsigned penalty_of(struct state *s, const char *name)
{
    unsigned count;

    state_failures(s, name, &count);
    return penalty_times(count);
}

unsigned penalty_of_address(struct state *s, const char *address)
{
    char name[PENALTY_NAME_MAX];

    penalty_address_name(name, address);
    return penalty_of(s, name);
}

unsigned penalty_of_user(struct state *s, const char *user)
{
    char name[PENALTY_NAME_MAX];

    user_name(s, name, user);
    return penalty_of(s, name);
}

unsigned penalty_at_once(struct state *s, const char *address)
{
    char name[PENALTY_NAME_MAX];
    unsigned count;

    penalty_address_name(name, address);
    state_failures(s, name, &count);
    return count < PENALTY_FREE ? PENALTY_FREE - count : 1;
}

int penalty_refused(struct state *s, const char *address, const char *user)
{
    char name[PENALTY_NAME_MAX];
    int by_address, by_user = 0, share = 0;

    penalty_address_name(name, address);
    by_address = state_failed(s, name);
    if (*user) {
        user_name(s, name, user);
        by_user = state_failed(s, name);
        share_name(s, name, address, user);
        share = state_failed(s, name);
    }
    return by_address < 0 || by_user < 0 || share < 0 ? -1 : by_address | by_user | share;
}

void penalty_forgive(struct state *s, const char *address, const char *user)
{
    char name[PENALTY_NAME_MAX];
    unsigned count;

    share_name(s, name, address, user);
    if (state_failures(s, name, &count) || count == 0 || state_failures_forgive(s, name, count))
        return;
    penalty_address_name(name, address);
    state_failures_forgive(s, name, count);
}
