/* SPDX-License-Identifier: ISC */
/* units_xinetd - PURE: an entry for each protocol and interface. xinetd can bind to an address, but
 * not to a device. */
#include <string.h>

#include "units_internal.h"

/* xinetd skips files with a dot in their names. No interface's name has a "+". */
static void replace_dots(struct unit_file *f)
{
    for (char *p = f->name; *p; p++)
        if (*p == '.')
            *p = '+';
}

static int check_xinetd(const struct unit_subject *s, struct err *e)
{
    const struct policy *p = s->units->policy;

    if (!unit_path_plain(p->file) || !unit_path_plain(s->units->program))
        return err_set(e,
                       "%.300s: xinetd has no quoting: expected a file name without blanks, quotes "
                       "and backslashes",
                       unit_path_plain(p->file) ? s->units->program : p->file);
    if (!*s->interface->address)
        return err_set(e,
                       "%.300s:%d: element <interface>: missing address: xinetd can't bind to a "
                       "device: expected an address of %s",
                       p->file, s->interface->line, s->interface->device);
    return 0;
}

int xinetd_entry(const struct unit_subject *s, struct unit_file *f, struct err *e)
{
    const char *protocol = protocol_name(s->protocol->protocol), *file = s->units->policy->file;
    const char *address = s->interface->address;
    bool v6 = strchr(address, ':') != NULL, local = interface_link_local(s->interface);

    if (check_xinetd(s, e) || unit_name(f, e, "mailwicket-%s-%s", protocol, s->interface->name))
        return -1;
    replace_dots(f);
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
