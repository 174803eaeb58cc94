/* SPDX-License-Identifier: ISC */
/* asa_interface - PURE: interface blocks. */
#include "asa_internal.h"

#include "identifier.h"

#define DEVICE_MAX 15
#define VLAN_MAX   4094
#define VLAN_ROOM  5 /* octets: a dot and the number */
#define FIREWALL   "it is for the machine's firewall"
#define NETWORK    "it is for the machine's network configuration"

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

/* ip address ADDRESS MASK [standby ADDRESS]; ip address dhcp, pppoe: any address of the device. */
static bool take_ip(struct asa *a, const struct asa_line *l)
{
    struct span address = asa_address(a, l->words[2]);

    if (!span_eq(l->words[1], SPAN("address")))
        return asa_because(a, NETWORK);
    if (l->no || span_eq(address, SPAN("dhcp")) || span_eq(address, SPAN("pppoe"))) {
        a->at.interface->address = SPAN_NONE;
        return true;
    }
    if (!asa_is_address(address))
        return false;
    a->at.interface->address = address;
    if (span_eq(l->words[4], SPAN("standby")))
        asa_note(a, ASA_NOTE_CHANGED, l->number,
                 "ip address: the standby address is not listened on; what moves addresses between "
                 "two machines has to move the first one");
    return true;
}

/* Where there is none by IP version 4: one address or all of them is what the policy can say. */
static bool take_ipv6(struct asa *a, const struct asa_line *l)
{
    struct span address = l->words[2];

    address = span_head(address, span_find(address, '/'));
    if (!span_eq(l->words[1], SPAN("address")) || l->no)
        return asa_because(a, NETWORK);
    if (a->at.interface->address.n > 0)
        return asa_because(a, "the policy has one address; an empty one means all of the device");
    if (!asa_is_address(address))
        return asa_because(a, "right is ipv6 address ADDRESS/LENGTH");
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

static const struct asa_command rows[] = {
    {"ip", 2, ASA_ANY, true, take_ip, "right is ip address ADDRESS MASK"},
    {"ipv6", 1, ASA_ANY, true, take_ipv6, NETWORK},
    {"management-only", 0, 1, true, take_management, "right is management-only alone"},
    {"nameif", 1, 1, true, take_name, "right is nameif NAME"},
    {"security-level", 0, ASA_ANY, true, NULL, FIREWALL},
    {"shutdown", 0, 0, true, take_shutdown, "right is shutdown alone"},
    {"vlan", 1, 1, true, take_vlan, "right is a number from 1 to 4094"},
};

bool asa_take_interface(struct asa *a, const struct asa_line *l)
{
    struct asa_interface *i = asa_get(a, sizeof *i);

    i->line = l->number;
    i->hardware = asa_line_from(l, 1);
    i->subinterface = span_find(i->hardware, '.') != SPAN_NOT_FOUND;
    ASA_APPEND(a, a->interfaces, i);
    a->at.interface = i;
    a->hint = NETWORK;
    ASA_ROWS(a, rows);
    return true;
}

/* A device's name for who gave none: the interface's own, which Linux can give to a device. Of a
 * subinterface it is a VLAN's, so that the policy is as strict about it. */
static struct span stand_in(struct asa *a, const struct asa_interface *i)
{
    struct span name = span_head(i->name, DEVICE_MAX);

    if (i->subinterface)
        return asa_keep(a, "%.*s.%u", SPAN_FMT(span_head(name, DEVICE_MAX - VLAN_ROOM)), i->vlan);
    return identifier_is_vlan(name) ? asa_keep(a, "DEVICE%d", i->line) : name;
}

static void settle_device(struct asa *a, struct asa_interface *i)
{
    for (size_t n = 0; n < a->device_count; n++)
        if (span_eq(a->devices[n].name, i->name)) {
            a->devices[n].used = true;
            i->device = a->devices[n].device;
            return;
        }
    i->device = stand_in(a, i);
    asa_note(a, ASA_NOTE_TODO, i->line,
             "interface %.*s: device \"%.*s\" stands in for %.*s; name the device of Linux with "
             "--device %.*s=DEVICE, or in the policy",
             SPAN_FMT(asa_shown(i->name)), SPAN_FMT(i->device), SPAN_FMT(asa_shown(i->hardware)),
             SPAN_FMT(asa_shown(i->name)));
}

static bool is_taken(const struct asa *a, const struct asa_interface *until)
{
    for (const struct asa_interface *i = a->interfaces.first; i != until; i = i->next)
        if (i->kept && span_eq(i->name, until->name))
            return true;
    return false;
}

void asa_settle_interfaces(struct asa *a)
{
    for (struct asa_interface *i = a->interfaces.first; i; i = i->next) {
        struct span shown = asa_shown(i->name);
        if (i->name.n == 0)
            asa_note(a, ASA_NOTE_LEFT, i->line, "interface %.*s: it has no nameif",
                     SPAN_FMT(asa_shown(i->hardware)));
        else if (!identifier_is_name(i->name) || span_eq(i->name, SPAN("all")))
            asa_note(a, ASA_NOTE_LEFT, i->line,
                     "interface %.*s: right is a nameif of 1 to %d letters, digits, \"_\", \".\" "
                     "and \"-\", and not all",
                     SPAN_FMT(shown), LIMIT_POLICY_NAME);
        else if (is_taken(a, i))
            asa_note(a, ASA_NOTE_LEFT, i->line,
                     "interface %.*s: the nameif is taken; right is one of its own",
                     SPAN_FMT(shown));
        else
            i->kept = true;
        if (!i->kept)
            continue;
        settle_device(a, i);
        if (i->shut)
            asa_note(a, ASA_NOTE_CHANGED, i->line,
                     "interface %.*s: it is shut down on the appliance; the policy can't say that",
                     SPAN_FMT(shown));
    }
}
