/* SPDX-License-Identifier: ISC */
/* asa_interface - PURE: interface blocks. */
#include "asa_internal.h"

#include "identifier.h"

#define DEVICE_MAX 15
#define VLAN_MAX   4094
#define VLAN_ROOM  5 /* octets: a dot and the number */
#define FIREWALL   "it belongs in the machine's firewall"
#define NETWORK    "it belongs in the machine's network configuration"

static bool take_name(struct asa *a, const struct asa_line *l)
{
    a->at.interface->name = l->no ? SPAN_NONE : l->words[1];
    return true;
}

static bool take_management(struct asa *a, const struct asa_line *l)
{
    a->at.interface->management_only = !l->no;
    return true;
}

/* ip address ADDRESS MASK [standby ADDRESS]. With dhcp or pppoe: any address of the device. */
static bool take_ip(struct asa *a, const struct asa_line *l)
{
    struct span address = asa_address(a, l->words[2]);

    if (!span_eq(l->words[1], SPAN("address")))
        return asa_other(a, NETWORK);
    if (l->no || span_eq(address, SPAN("dhcp")) || span_eq(address, SPAN("pppoe"))) {
        a->at.interface->address = SPAN_NONE;
        return true;
    }
    if (!asa_is_address(address))
        return false;
    a->at.interface->address = address;
    if (span_eq(l->words[4], SPAN("standby")))
        asa_note(a, ASA_NOTE_CHANGED, l->number,
                 "ip address: only the first address is listened on; whatever moves addresses "
                 "between two machines has to move that one");
    return true;
}

/* Only if there is no IPv4 address: the policy can name one address, or all of them. */
static bool take_ipv6(struct asa *a, const struct asa_line *l)
{
    struct span address = l->words[2];

    address = span_head(address, span_find(address, '/'));
    if (!span_eq(l->words[1], SPAN("address")) || l->no)
        return asa_other(a, NETWORK);
    if (!asa_is_address(address))
        return asa_because(a, "expected ipv6 address ADDRESS/LENGTH");
    if (a->at.interface->address.n > 0)
        return asa_keep_line(a, &a->at.interface->more, l);
    a->at.interface->address = address;
    return true;
}

static bool take_vlan(struct asa *a, const struct asa_line *l)
{
    a->at.interface->vlan = 0;
    return l->no || asa_number(l->words[1], 1, VLAN_MAX, &a->at.interface->vlan);
}

static bool take_shutdown(struct asa *a, const struct asa_line *l)
{
    a->at.interface->shut = !l->no;
    return true;
}

static const struct asa_command interface_rows[] = {
    {"ip", 2, ASA_ANY, true, take_ip, "expected ip address ADDRESS MASK"},
    {"ipv6", 1, ASA_ANY, true, take_ipv6, NETWORK},
    {"mac-address", 0, ASA_ANY, true, NULL, NETWORK},
    {"management-only", 0, 1, true, take_management, "expected management-only alone"},
    {"nameif", 1, 1, true, take_name, "expected nameif NAME"},
    {"security-level", 0, ASA_ANY, true, NULL, FIREWALL},
    {"shutdown", 0, 0, true, take_shutdown, "expected shutdown alone"},
    {"vlan", 1, ASA_ANY, true, take_vlan, "expected a number from 1 to 4094"},
};

bool asa_take_interface(struct asa *a, const struct asa_line *l)
{
    struct span hardware = asa_line_from(l, 1);
    struct asa_interface *i = a->interfaces.first;

    while (i && !span_eq(i->hardware, hardware))
        i = i->next;
    if (!i) {
        i = asa_get(a, sizeof *i);
        i->line = l->number;
        i->hardware = hardware;
        i->subinterface = span_find(hardware, '.') != SPAN_NOT_FOUND;
        ASA_APPEND(a, a->interfaces, i);
    }
    a->at.interface = i;
    a->owner = &i->lines;
    ASA_BLOCK(a, interface_rows, NETWORK, true);
    return true;
}

/* The device's name if none was given: the interface's name, which a device may have on Linux. A
 * subinterface gets the name of a VLAN, so that the policy treats it as one. */
static struct span placeholder(struct asa *a, const struct asa_interface *i)
{
    struct span name = span_head(i->name, DEVICE_MAX);

    if (i->subinterface)
        return asa_keep(a, "%.*s.%u", SPAN_FMT(span_head(name, DEVICE_MAX - VLAN_ROOM)), i->vlan);
    return identifier_is_vlan(name) ? asa_keep(a, "DEVICE%d", i->line) : name;
}

static void resolve_device(struct asa *a, struct asa_interface *i)
{
    for (size_t n = 0; n < a->device_count; n++)
        if (span_eq(a->devices[n].name, i->name)) {
            a->devices[n].used = true;
            i->device = a->devices[n].device;
            return;
        }
    i->device = placeholder(a, i);
    i->placeholder = true;
}

static bool name_is_taken(const struct asa *a, const struct asa_interface *until)
{
    for (const struct asa_interface *i = a->interfaces.first; i != until; i = i->next)
        if (i->kept && span_eq(i->name, until->name))
            return true;
    return false;
}

/* Whether a protocol is, or should be, enabled on it. */
static bool is_named(const struct asa *a, const struct asa_interface *i)
{
    for (size_t p = 0; p < PROTOCOLS; p++)
        for (const struct asa_enable *e = a->mails[p].enables.first; e; e = e->next)
            if (e->interface.line > 0 && span_eq(e->interface.name, i->name))
                return true;
    return false;
}

static bool resolve_interface(struct asa *a, const struct asa_interface *i)
{
    struct span shown = asa_shown(i->name);

    if (i->name.n == 0)
        asa_drop(a, ASA_NOTE_OTHER, i->line, i->lines, "interface %.*s: it has no nameif",
                 SPAN_FMT(asa_shown(i->hardware)));
    else if (!is_named(a, i))
        asa_drop(a, ASA_NOTE_OTHER, i->line, i->lines,
                 "interface %.*s: no protocol is enabled on it", SPAN_FMT(shown));
    else if (!identifier_is_name(i->name) || span_eq(i->name, SPAN("all")))
        asa_drop(a, ASA_NOTE_LEFT, i->line, i->lines,
                 "interface %.*s: expected a nameif of 1 to %d letters, digits, \"_\", \".\" "
                 "and \"-\", but not all",
                 SPAN_FMT(shown), LIMIT_POLICY_NAME);
    else if (name_is_taken(a, i))
        asa_drop(a, ASA_NOTE_LEFT, i->line, i->lines,
                 "interface %.*s: another interface has this nameif; expected a unique one",
                 SPAN_FMT(shown));
    else
        return true;
    return false;
}

void asa_resolve_interfaces(struct asa *a)
{
    for (struct asa_interface *i = a->interfaces.first; i; i = i->next) {
        if (i->name.n > 0)
            resolve_device(a, i);
        i->kept = resolve_interface(a, i);
        if (i->kept && i->placeholder)
            asa_note(a, ASA_NOTE_TODO, i->line,
                     "interface %.*s: \"%.*s\" is a placeholder for the Linux device of %.*s; give "
                     "its name with --device %.*s=DEVICE, or in the policy",
                     SPAN_FMT(asa_shown(i->name)), SPAN_FMT(i->device),
                     SPAN_FMT(asa_shown(i->hardware)), SPAN_FMT(asa_shown(i->name)));
        for (const struct asa_later *l = i->kept ? i->more : NULL; l; l = l->next)
            asa_drop(a, ASA_NOTE_LEFT, l->line, 1,
                     "ipv6: the policy has one address; an empty one means all of the device's");
        if (i->kept && i->shut)
            asa_note(
                a, ASA_NOTE_CHANGED, i->line,
                "interface %.*s: it is shut down on the appliance; a policy can't express that",
                SPAN_FMT(asa_shown(i->name)));
    }
}
