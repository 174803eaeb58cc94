/* SPDX-License-Identifier: ISC */
/*
 * units - the files by which others listen for Mailwicket, from the policy (R7.3). PURE.
 *
 * For systemd and xinetd each enabled pair of protocol and interface is a listener of its own; for
 * the firewalls there are the configured ports. Every file says in its first lines that it is made
 * (unit_marker), so that install_files.h knows its own. The same policy always gives the same files in the
 * same order: protocol by protocol, interface by interface.
 */
#ifndef MW_UNITS_H
#define MW_UNITS_H

#include "err.h"
#include "policy.h"

enum units_kind {
    UNITS_SYSTEMD,        /* sockets for mailwicket@.service, one process for each pair */
    UNITS_SYSTEMD_ACCEPT, /* sockets with Accept=yes: a service for each connection */
    UNITS_XINETD,
    UNITS_FIREWALLD, /* services/ and policies/ below its configuration's directory */
    UNITS_UFW,
};

struct units {
    enum units_kind kind;
    const struct policy *policy;
    const char *unit_directory; /* where the installed units are; UNITS_SYSTEMD_ACCEPT */
    const char *program;        /* mailwicket's file name; UNITS_XINETD */
};

#define UNIT_NAME_MAX 256  /* octets, with the NUL */
#define UNIT_TEXT_MAX 8192 /* likewise */

struct unit_file {
    char name[UNIT_NAME_MAX]; /* below the directory, with one "/" at most */
    bool link;                /* a symbolic link: text is what it points to */
    char text[UNIT_TEXT_MAX];
};

struct units_sink {
    void *context;
    /* A file; f lives for the call. false: no more of them. */
    bool (*file)(void *context, const struct unit_file *f);
    /* A file that can't be made: "FILE:LINE: what is wrong; what would be right". */
    void (*unfit)(void *context, const char *why);
};

/* Makes all files. false: the sink wanted no more. */
bool units_make(const struct units *u, const struct units_sink *sink);

/* What stands in the first lines of every file of the kind, and in no other: a static string.
 * A link has none: it is ours by its name and what it points to, which unit_is_link knows. */
const char *unit_marker(enum units_kind kind);
bool unit_is_link(const struct units *u, struct span name, struct span to);

#endif
