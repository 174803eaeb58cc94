/* SPDX-License-Identifier: ISC */
/* units_xinetd - PURE: an entry for each pair. xinetd binds to an address, never to a device. */
#include <string.h>

#include "units_internal.h"

/* xinetd reads no file with a dot in its name; "+" is in no interface's name. */
static void put_name(struct unit_file *f)
{
    for (char *p = f->name; *p; p++)
        if (*p == '.')
            *p = '+';
}

static int check(const struct unit_subject *s, struct err *e)
{
    const struct policy *p = s->units->policy;

    if (!unit_path_plain(p->file) || !unit_path_plain(s->units->program))
        return err_set(e,
                       "%.300s: xinetd knows no quoting; right is a file name without blanks, "
                       "quotes and backslashes",
                       unit_path_plain(p->file) ? s->units->program : p->file);
    if (!*s->interface->address)
        return err_set(e,
                       "%.300s:%d: element <interface>: xinetd binds to an address, and %s has "
                       "none; right is address=, one of those of %s",
                       p->file, s->interface->line, s->interface->name, s->interface->device);
    return 0;
}

int xinetd_entry(const struct unit_subject *s, struct unit_file *f, struct err *e)
{
    const char *protocol = protocol_name(s->protocol->protocol), *file = s->units->policy->file;
    const char *address = s->interface->address;
    bool v6 = strchr(address, ':') != NULL, local = interface_link_local(s->interface);

    if (check(s, e) || unit_name(f, e, "mailwicket-%s-%s", protocol, s->interface->name))
        return -1;
    put_name(f);
    return unit_add(
        f, e,
        "# %s%s, line %d: change that file, not this one.\n"
        "service %s\n{\n"
        "    type        = UNLISTED\n    disable     = no\n"
        "    socket_type = stream\n    protocol    = tcp\n"
        "    bind        = %s%s%s\n    port        = %u\n    flags       = %sNODELAY KEEPALIVE\n"
        "    wait        = no\n    user        = root\n"
        "    server      = %s\n    server_args = --policy %s %s\n"
        "    instances   = %u\n    per_source  = UNLIMITED\n    cps         = 1000 1\n"
        "    log_on_success =\n    log_on_failure = HOST\n}\n",
        unit_marker(UNITS_XINETD), file, s->protocol->line, f->name, address, local ? "%" : "",
        local ? s->interface->device : "", s->protocol->port, v6 ? "IPv6 " : "", s->units->program,
        file, protocol, unit_connections(s->protocol));
}
