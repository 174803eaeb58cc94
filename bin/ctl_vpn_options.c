/* SPDX-License-Identifier: ISC */
/* ctl_vpn_options - reads the options of mailwicketctl session. Believes nothing: strangers typed
 * the names at a gateway. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ctl_vpn.h"
#include "name.h"
#include "num.h"

static const struct option table[] = {
    {"user", required_argument, NULL, 'u'},
    {"id", required_argument, NULL, 'i'},
    {"address", required_argument, NULL, 'a'},
    {"leased", required_argument, NULL, 'l'},
    {"expires", required_argument, NULL, 'e'},
    {"group-policy", required_argument, NULL, 'g'},
    {"all", no_argument, NULL, 'A'},
    {"json", no_argument, NULL, 'j'},
    {NULL, 0, NULL, 0},
};

static const char *name_of(int letter)
{
    const struct option *o = table;

    while (o->name && o->val != letter)
        o++;
    return o->name;
}

/* Prints an error: BEFORE --NAME: AFTER. Returns false. */
static bool option_error(const char *before, int letter, const char *after)
{
    fprintf(stderr, PROGRAM_CONTROL ": session: %s --%s%s\n", before, name_of(letter), after);
    return false;
}

static bool set_text(char *room, size_t size, int letter, const char *argument)
{
    struct span text = span_str(argument);
    enum name_fault fault = name_check(text);

    if (!fault && !span_copy(room, size, text))
        fault = NAME_TOO_LONG;
    if (!fault)
        return true;
    fprintf(stderr,
            PROGRAM_CONTROL
            ": session: invalid --%s (%s): expected 1 to %zu octets of UTF-8 without "
            "control characters\n",
            name_of(letter), name_fault_text(fault), size - 1);
    return false;
}

/* The same address given twice is one address. It is leased if one of the two says so. */
static bool set_address(struct vpn_session *v, int letter, const char *argument)
{
    struct in6_addr address;
    size_t i = 0;

    if (!vpn_address_parse(span_str(argument), &address))
        return option_error("invalid", letter, ": expected a client's IPv4 or IPv6 address");
    while (i < v->address_count && !IN6_ARE_ADDR_EQUAL(&v->addresses[i], &address))
        i++;
    if (i == LIMIT_VPN_ADDRESSES)
        return option_error("too many addresses at", letter, ": expected at most four in all");
    v->addresses[i] = address;
    v->leased |= (unsigned)(letter == 'l') << i;
    v->address_count += i == v->address_count;
    return true;
}

static bool set_lifetime(struct vpn_options *o, int letter, const char *argument)
{
    o->has_lifetime = num_parse(span_str(argument), LIMIT_VPN_LIFETIME, &o->session.lifetime);
    return o->has_lifetime ||
           option_error("invalid", letter, ": expected seconds up to a year, or 0 for never");
}

static bool set_option(struct vpn_options *o, int letter, const char *argument)
{
    struct vpn_session *v = &o->session;

    switch (letter) {
    case 'u':
        return set_text(v->user, sizeof v->user, letter, argument);
    case 'i':
        return set_text(v->id, sizeof v->id, letter, argument);
    case 'g':
        return set_text(v->group_policy, sizeof v->group_policy, letter, argument);
    case 'a':
    case 'l':
        return set_address(v, letter, argument);
    case 'e':
        return set_lifetime(o, letter, argument);
    case 'A':
        o->all = true;
        return true;
    default:
        o->json = true;
        return true;
    }
}

bool vpn_options(struct vpn_options *o, const char *allowed, const char *needed, int argc,
                 char **argv)
{
    char given[32] = "";
    int letter;

    *o = (struct vpn_options){0};
    while ((letter = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (letter == '?')
            return false;
        if (!strchr(allowed, letter))
            return option_error("invalid", letter, " for this command");
        if (!set_option(o, letter, optarg))
            return false;
        if (!strchr(given, letter))
            given[strlen(given)] = (char)letter;
    }
    if (optind < argc) {
        fprintf(stderr, PROGRAM_CONTROL ": session: invalid argument \"%s\": expected options\n",
                argv[optind]);
        return false;
    }
    for (; *needed; needed++)
        if (!strchr(given, *needed))
            return option_error("missing", *needed, "");
    return true;
}
