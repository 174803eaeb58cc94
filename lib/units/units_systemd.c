/* SPDX-License-Identifier: ISC */
/* units_systemd - PURE: a socket unit for each protocol and interface, and links that start it. */
#include <stdio.h>
#include <string.h>

#include "units_internal.h"

#define DEVICE_UNIT_MAX 128 /* a device unit's name: 15 characters, each four octets escaped */
#define ADDRESS_MAX     80  /* "[ADDRESS]:PORT" */

/* The line with the marker, and the [Unit] section's description. */
static int add_head(const struct unit_subject *s, struct unit_file *f, struct err *e,
                    const char *what)
{
    const struct policy *p = s->units->policy;
    bool plain = unit_path_plain(p->file);

    if (unit_add(f, e, "# %s%s, line %d: change that file, not this one.\n",
                 unit_marker(UNITS_SYSTEMD), plain ? p->file : "the policy", s->protocol->line) ||
        unit_add(f, e,
                 "[Unit]\nDescription=Mailwicket e-mail proxy, %s on interface %s%s\n"
                 "Documentation=man:mailwicket-generator(8) man:mailwicket-policy(5)\n",
                 protocol_name(s->protocol->protocol), s->interface->name, what))
        return -1;
    /* With SourcePath= systemctl warns if the policy is newer. "%" would begin a specifier. */
    if (plain && !strchr(p->file, '%') && unit_add(f, e, "SourcePath=%s\n", p->file))
        return -1;
    return 0;
}

static void write_address(char room[ADDRESS_MAX], const struct unit_subject *s)
{
    const char *address = s->interface->address;
    bool v6 = strchr(address, ':') != NULL;

    if (*address)
        snprintf(room, ADDRESS_MAX, "%s%s%s:%u", v6 ? "[" : "", address, v6 ? "]" : "",
                 s->protocol->port);
    else
        snprintf(room, ADDRESS_MAX, "%u", s->protocol->port);
}

/* Not in sockets.target, for which booting waits: a missing device must not delay it. */
static int add_listener(const struct unit_subject *s, struct unit_file *f, struct err *e)
{
    char address[ADDRESS_MAX];

    write_address(address, s);
    return unit_add(
        f, e,
        "DefaultDependencies=no\nRequisite=mailwicket.target\nPartOf=mailwicket.target\n"
        "After=mailwicket.target\nConflicts=shutdown.target\nBefore=shutdown.target\n"
        "\n[Socket]\nListenStream=%s\n%sBindToDevice=%s\nFreeBind=yes\n"
        "Backlog=1024\nNoDelay=yes\n",
        address, *s->interface->address ? "" : "BindIPv6Only=both\n", s->interface->device);
}

static int name_socket(const struct unit_subject *s, struct unit_file *f, struct err *e)
{
    return unit_name(f, e, "mailwicket-%s-%s.socket", protocol_name(s->protocol->protocol),
                     s->interface->name);
}

int systemd_socket(const struct unit_subject *s, struct unit_file *f, struct err *e)
{
    const char *protocol = protocol_name(s->protocol->protocol), *interface = s->interface->name;

    if (name_socket(s, f, e) || add_head(s, f, e, "") || add_listener(s, f, e))
        return -1;
    return unit_add(f, e, "FileDescriptorName=%s-%s\nService=mailwicket@%s-%s.service\n", protocol,
                    interface, protocol, interface);
}

int systemd_accept_socket(const struct unit_subject *s, struct unit_file *f, struct err *e)
{
    if (name_socket(s, f, e) || add_head(s, f, e, ", a service for each connection") ||
        add_listener(s, f, e))
        return -1;
    return unit_add(
        f, e,
        "Accept=yes\n"
        "# Above the policy's max-sessions and outstanding, so that a client is told why.\n"
        "MaxConnections=%u\n"
        "# One address is often a whole office, but never all of the above.\n"
        "MaxConnectionsPerSource=256\n"
        "# A burst of connections must not leave the socket failed for good.\n"
        "TriggerLimitIntervalSec=0\n",
        unit_connections(s->protocol));
}

/* With Accept=yes a socket's service has the socket's name: a link to the protocol's service. */
int systemd_accept_service(const struct unit_subject *s, struct unit_file *f, struct err *e)
{
    const char *protocol = protocol_name(s->protocol->protocol);

    f->link = true;
    if (unit_name(f, e, "mailwicket-%s-%s@.service", protocol, s->interface->name))
        return -1;
    return unit_add(f, e, "%s/mailwicket-%s@.service", s->units->unit_directory, protocol);
}

/* The device's unit: its path /sys/subsystem/net/devices/DEVICE, escaped as in systemd.unit(5). */
static void write_device_unit(char room[DEVICE_UNIT_MAX], const char *device)
{
    size_t n = (size_t)snprintf(room, DEVICE_UNIT_MAX, "sys-subsystem-net-devices-");

    for (; *device; device++) {
        bool plain = (*device >= '0' && *device <= '9') || (*device >= 'A' && *device <= 'Z') ||
                     (*device >= 'a' && *device <= 'z') || *device == '_' || *device == '.';
        n += (size_t)snprintf(room + n, DEVICE_UNIT_MAX - n, plain ? "%c" : "\\x%02x", *device);
    }
    snprintf(room + n, DEVICE_UNIT_MAX - n, ".device");
}

static int link_wanted_by(const struct unit_subject *s, struct unit_file *f, struct err *e,
                          const char *wanting)
{
    struct unit_file socket = {.link = false};

    f->link = true;
    if (name_socket(s, &socket, e) || unit_name(f, e, "%s.wants/%s", wanting, socket.name))
        return -1;
    return unit_add(f, e, "../%s", socket.name);
}

int systemd_target_wants(const struct unit_subject *s, struct unit_file *f, struct err *e)
{
    return link_wanted_by(s, f, e, "mailwicket.target");
}

/* Starts the socket when its device appears, also late or again. */
int systemd_device_wants(const struct unit_subject *s, struct unit_file *f, struct err *e)
{
    char device[DEVICE_UNIT_MAX];

    write_device_unit(device, s->interface->device);
    return link_wanted_by(s, f, e, device);
}

/* name: mailwicket-PROTOCOL-… */
static bool is_pair(struct span name)
{
    enum protocol protocol;

    if (!span_starts(name, SPAN("mailwicket-")))
        return false;
    name = span_tail(name, sizeof "mailwicket-" - 1);
    return protocol_parse(span_cut(&name, '-'), &protocol) && name.n > 0;
}

bool unit_is_link(const struct units *u, struct span name, struct span to)
{
    size_t slash = span_rfind(name, '/'), end = span_rfind(to, '/');
    struct span last = slash == SPAN_NOT_FOUND ? name : span_tail(name, slash + 1);

    if (u->kind != UNITS_SYSTEMD && u->kind != UNITS_SYSTEMD_ACCEPT)
        return false;
    if (!is_pair(last) || end == SPAN_NOT_FOUND)
        return false;
    if (slash != SPAN_NOT_FOUND)
        return span_starts(to, SPAN("../")) && span_eq(span_tail(to, 3), last);
    to = span_tail(to, end + 1);
    return span_iends(last, SPAN("@.service")) && span_starts(to, SPAN("mailwicket-")) &&
           span_iends(to, SPAN("s@.service"));
}
