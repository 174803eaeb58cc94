/* SPDX-License-Identifier: ISC */
/*
 * units - makes the files of programs that listen for Mailwicket, and of firewalls, from the policy
 * (R7.3). PURE.
 *
 * For systemd and xinetd each pair of a protocol and an interface where it is enabled has its own
 * listener; firewalls get the configured ports. The first lines of every file hold a marker
 * (unit_marker), by which install_files.h recognizes the files that it may replace. The same policy
 * always gives the same files in the same order: protocol by protocol, interface by interface.
 */
#ifndef MW_UNITS_H
#define MW_UNITS_H

#include "err.h"
#include "policy.h"

enum units_kind {
    UNITS_SYSTEMD,        /* sockets for mailwicket@.service, one process for each pair */
    UNITS_SYSTEMD_ACCEPT, /* sockets with Accept=yes: a service for each connection */
    UNITS_XINETD,
    UNITS_FIREWALLD, /* services/ and policies/ below firewalld's configuration directory */
    UNITS_UFW,
};

struct units {
    enum units_kind kind;
    const struct policy *policy;
    const char *unit_directory; /* for UNITS_SYSTEMD_ACCEPT: where the installed units are */
    const char *program;        /* for UNITS_XINETD: mailwicket's file name */
};

#define UNIT_NAME_MAX 256  /* octets, with the NUL */
#define UNIT_TEXT_MAX 8192 /* likewise */

struct unit_file {
    char name[UNIT_NAME_MAX]; /* relative to the directory; at most one "/" */
    bool link;                /* a symbolic link: text is its target */
    char text[UNIT_TEXT_MAX];
};

struct units_sink {
    void *context;
    /* Called for each file; f is valid during the call. false: stop. */
    bool (*file)(void *context, const struct unit_file *f);
    /* Called for each file that can't be made: why is "FILE:LINE: TEXT: expected EXPECTED". */
    void (*fault)(void *context, const char *why);
};

/* Makes all files. false: the sink stopped it. */
bool units_make(const struct units *u, const struct units_sink *sink);

/* The text that is in the first lines of every file of the kind and of no other: a static string. A
 * link has no marker: unit_is_link recognizes ours by the name and the target. */
const char *unit_marker(enum units_kind kind);
bool unit_is_link(const struct units *u, struct span name, struct span to);

#endif
