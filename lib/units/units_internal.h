/* SPDX-License-Identifier: ISC */
/* units_internal - what the makers of the kinds of files share. */
#ifndef MW_UNITS_INTERNAL_H
#define MW_UNITS_INTERNAL_H

#include "units.h"

/* What a file is about. */
struct unit_subject {
    const struct units *units;
    const struct protocol_policy *protocol;   /* NULL: the policy as a whole */
    const struct policy_interface *interface; /* NULL: all of the protocol's */
};

/* Makes f, whose members are all empty. 0, or -1 and e: it can't be. */
typedef int unit_maker(const struct unit_subject *s, struct unit_file *f, struct err *e);

unit_maker systemd_socket, systemd_device_wants, systemd_target_wants;
unit_maker systemd_accept_socket, systemd_accept_service;
unit_maker xinetd_entry;
unit_maker firewalld_service, firewalld_policy, ufw_profile;

/* Appends to f->text, printf-like. 0, or -1 and e where it doesn't fit. */
int unit_add(struct unit_file *f, struct err *e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sets f->name likewise. */
int unit_name(struct unit_file *f, struct err *e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* How many connections at once to let a listener's own programs come to: more than the policy's
 * max-sessions in any case, so that it is Mailwicket that turns clients away, and says why. */
unsigned unit_connections(const struct protocol_policy *p);

/* Whether the file's name can stand in a file that knows no quoting: no blank, no control. */
bool unit_path_plain(const char *path);

#endif
