/* SPDX-License-Identifier: ISC */
/* units_internal - what the makers of files share. */
#ifndef MW_UNITS_INTERNAL_H
#define MW_UNITS_INTERNAL_H

#include "units.h"

/* What a file is made for. */
struct unit_subject {
    const struct units *units;
    const struct protocol_policy *protocol;   /* NULL: all protocols */
    const struct policy_interface *interface; /* NULL: all interfaces of the protocol */
};

/* Makes f, whose members are all empty. 0, or -1 and e: it can't be made. */
typedef int unit_maker(const struct unit_subject *s, struct unit_file *f, struct err *e);

unit_maker systemd_socket, systemd_device_wants, systemd_target_wants;
unit_maker systemd_accept_socket, systemd_accept_service;
unit_maker xinetd_entry;
unit_maker firewalld_service, firewalld_policy, ufw_profile;

/* Appends to f->text; format is printf's. 0, or -1 and e: it doesn't fit. */
int unit_add(struct unit_file *f, struct err *e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sets f->name likewise. */
int unit_name(struct unit_file *f, struct err *e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The limit of simultaneous connections for systemd or xinetd: above the policy's max-sessions, so
 * that it is Mailwicket that turns clients away, and tells them why. */
unsigned unit_connections(const struct protocol_policy *p);

/* Whether a file name needs no quotes: it has no blank, control, quote or backslash. */
bool unit_path_plain(const char *path);

#endif
