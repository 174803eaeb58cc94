/* SPDX-License-Identifier: ISC */
/* ctl_pick - selects connections; see ctl_pick.h. PURE. */
#include "ctl_pick.h"

#include <arpa/inet.h>
#include <string.h>

#include "num.h"

bool pick_user(struct pick *p, const char *argument)
{
    p->user = argument;
    return *argument != '\0';
}

bool pick_protocol(struct pick *p, const char *argument)
{
    p->has_protocol = true;
    return protocol_parse(span_str(argument), &p->protocol);
}

bool pick_state(struct pick *p, const char *argument)
{
    p->has_state = true;
    for (int i = 0; i < ENTRY_STATES; i++) {
        p->state = (enum entry_state)i;
        if (strcmp(entry_state_name(p->state), argument) == 0)
            return true;
    }
    return false;
}

/* Returns the address's family, or 0: it is not an address. */
static int parse_address(const char *text, unsigned char net[16])
{
    if (inet_pton(AF_INET, text, net) == 1)
        return AF_INET;
    return inet_pton(AF_INET6, text, net) == 1 ? AF_INET6 : 0;
}

bool pick_address(struct pick *p, const char *argument)
{
    struct span rest = span_str(argument), address = span_cut(&rest, '/');
    char text[INET6_ADDRSTRLEN];
    bool has_prefix = address.n < strlen(argument);
    uint64_t prefix;

    if (!span_copy(text, sizeof text, address) || !(p->family = parse_address(text, p->net)))
        return false;
    unsigned bits = p->family == AF_INET ? 32 : 128;
    p->prefix = bits;
    if (!has_prefix)
        return true;
    if (!num_parse(rest, bits, &prefix))
        return false;
    p->prefix = (unsigned)prefix;
    return true;
}

static bool is_in_net(const struct pick *p, const char *address)
{
    unsigned char a[16] = {0};
    size_t whole = p->prefix / 8;
    unsigned rest = p->prefix % 8;

    if (parse_address(address, a) != p->family || memcmp(a, p->net, whole) != 0)
        return false;
    return rest == 0 || ((a[whole] ^ p->net[whole]) >> (8 - rest)) == 0;
}

static bool is_user(const struct pick *p, const struct entry *e)
{
    bool in = e->state == ENTRY_AUTHENTICATED;
    struct span user = span_str(p->user), mail = span_str(in ? e->mail_user : e->login);

    return user_same(p->user_case, span_str(e->vpn_user), user) ||
           user_same(p->user_case, mail, user);
}

bool pick_is(const struct pick *p, const struct entry *e)
{
    return (!p->user || is_user(p, e)) && (!p->has_protocol || e->protocol == p->protocol) &&
           (!p->has_state || e->state == p->state) && (!p->family || is_in_net(p, e->address));
}
