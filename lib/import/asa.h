/* SPDX-License-Identifier: ISC */
/*
 * asa - an appliance's running configuration, read for what concerns its e-mail proxy. PURE.
 *
 *     struct asa a = {.room = ..., .devices = ..., .note = ...};
 *     if (asa_read(&a, text) == ASA_READ) ... import_policy(&a) ...
 *
 * What can't be carried over is noted with its line, never dropped in silence. Where it limits who
 * may come in, nobody comes in without it: the protocol is enabled nowhere, or the group policy
 * blocks, and a note says so.
 *
 * All spans point into the text, into the devices or into room, which the caller owns and keeps as
 * long as it uses the struct. Text and room may hold secrets: the caller wipes them.
 */
#ifndef MW_ASA_H
#define MW_ASA_H

#include <stddef.h>

#include "limits.h"
#include "protocol.h"
#include "span.h"

#define ASA_LIST(type)                                                                             \
    struct {                                                                                       \
        struct type *first, *last;                                                                 \
    }

/* A name that means another part of the configuration. */
struct asa_reference {
    struct span name;
    int line; /* 0: it isn't there */
};

/* A number, perhaps none; perhaps not said. */
struct asa_limit {
    bool set, none;
    unsigned value;
};

struct asa_alias { /* "name ADDRESS ALIAS" */
    struct asa_alias *next;
    struct span address, name;
};

struct asa_interface {
    struct asa_interface *next;
    int line;
    struct span hardware; /* GigabitEthernet0/0 */
    struct span name;     /* nameif, or empty */
    struct span address;  /* or empty */
    unsigned vlan;        /* its number, or 0 */
    bool subinterface, management_only, shut;
    struct span device; /* Linux's, or a stand-in */
    bool kept;
};

struct asa_server {
    struct asa_server *next;
    int line;
    struct span host;
    unsigned port, accounting_port; /* 0: not said */
    unsigned timeout, interval;     /* s: in all, and between two tries */
    struct asa_reference secret;    /* key or login password; the name is empty where the
                                     * configuration hides it */
    struct span secret_file;        /* the policy's name for its file; empty: none */
    struct span base, naming, login_dn;
    bool one_level, over_ssl;
    struct asa_reference map;
    bool kept;
};

enum asa_group_type { ASA_RADIUS, ASA_LDAP, ASA_LOCAL, ASA_OTHER };

struct asa_group {
    struct asa_group *next;
    int line;
    struct span name;
    enum asa_group_type type;
    unsigned dead_time, interim; /* s; interim 0: none */
    ASA_LIST(asa_server) servers;
    struct asa_map *map; /* ldap: carried over; NULL: none */
    bool settled;        /* a protocol names it */
    bool kept;
};

struct asa_map_name { /* of a directory's attribute that tells the group policy */
    struct asa_map_name *next;
    int line;
    struct span attribute;
};

struct asa_map_value {
    struct asa_map_value *next;
    int line;
    struct span attribute, value, group_policy;
    bool kept;
};

struct asa_map {
    struct asa_map *next;
    int line;
    struct span name;
    ASA_LIST(asa_map_name) names;
    ASA_LIST(asa_map_value) values;
    bool settled;
};

struct asa_period {
    struct asa_period *next;
    unsigned days;       /* bit 0: Monday */
    unsigned from, till; /* minutes of the day */
};

struct asa_time_range {
    struct asa_time_range *next;
    int line;
    struct span name;
    ASA_LIST(asa_period) periods;
    int absolute; /* line, or 0 */
};

struct asa_group_policy {
    struct asa_group_policy *next;
    int line; /* 0: the appliance's own DfltGrpPolicy, which the configuration doesn't show */
    struct span name;
    bool external;
    struct asa_limit logins, idle, session;
    struct asa_reference hours; /* a time-range */
    bool hours_none;            /* said so */
    struct span access_hours;   /* in the policy's words; empty: always */
    bool kept;
};

struct asa_user {
    struct asa_user *next;
    int line;
    struct span name;
    struct asa_reference group_policy;
    int limit_line; /* of what limits this user alone; 0: nothing does */
};

struct asa_enable {
    struct asa_enable *next;
    struct asa_reference interface;
    struct asa_interface *to; /* NULL: not carried over */
};

/* One of pop3s, imap4s, smtps. */
struct asa_mail {
    int line; /* 0: it isn't there */
    enum protocol protocol;
    unsigned port, outstanding; /* outstanding 0: no limit */
    ASA_LIST(asa_enable) enables;
    unsigned methods; /* enum method (policy.h), or'ed; 0: not said */
    int methods_line;
    struct asa_reference authentication, authorization, accounting, group_policy;
    bool required; /* authorization */
    int dn_line;   /* 0: not said */
    bool dn_entire;
    struct span dn_primary, dn_secondary;
    char name_separator, server_separator;
    const char *closed; /* why it must be enabled nowhere; NULL: it need not */
    struct asa_reference server;
    struct span server_host; /* carried over */
    unsigned server_port;
    /* Settled; NULL: not carried over, or not there. */
    struct asa_group *authentication_group, *authorization_group, *accounting_group;
    struct asa_group_policy *default_group_policy;
};

/* A name of an interface, and the network device that is to be it. */
struct asa_device {
    struct span name, device;
    bool used; /* set by asa_read */
};

enum asa_note_kind {
    ASA_NOTE_LEFT,    /* not carried over */
    ASA_NOTE_CHANGED, /* carried over, but it doesn't mean quite the same */
    ASA_NOTE_TODO,    /* somebody has to do something for it */
};

struct asa_note {
    enum asa_note_kind kind;
    int line;         /* 0: of no line */
    unsigned lines;   /* lines of the text that were left with it; 0 but for ASA_NOTE_LEFT */
    const char *text; /* "what: what to do", for one line; lives only for the call */
};

struct asa_room {
    char *p; /* zeroed, aligned for anything */
    size_t size, used;
};

struct asa_command; /* asa_internal.h */

/* The lines that are left, and will be told in one note. */
struct asa_pending {
    struct span what;
    const char *hint;
    int line, last;
    unsigned lines; /* 0: none */
};

struct asa {
    /* The caller's. */
    struct asa_room room;
    struct asa_device *devices;
    size_t device_count;
    void (*note)(void *context, const struct asa_note *n); /* in no order */
    void *context;

    /* What was read. */
    ASA_LIST(asa_alias) aliases;
    ASA_LIST(asa_interface) interfaces;
    ASA_LIST(asa_group) groups;
    ASA_LIST(asa_map) maps;
    ASA_LIST(asa_time_range) ranges;
    ASA_LIST(asa_group_policy) group_policies;
    ASA_LIST(asa_user) users;
    struct asa_mail mails[PROTOCOLS];
    bool client_ca; /* client certificates are checked */
    unsigned lines; /* that are neither empty nor comments */
    unsigned taken; /* carried over */

    /* The reader's own. */
    const struct asa_command *rows; /* of the block that is open; NULL: it is left */
    size_t row_count;
    const char *hint; /* for what its rows don't know */
    const char *why;  /* asa_because */
    union {
        struct asa_interface *interface;
        struct asa_group *group;
        struct asa_server *server;
        struct asa_map *map;
        struct asa_time_range *range;
        struct asa_group_policy *group_policy;
        struct asa_user *user;
        struct asa_mail *mail;
    } at;
    size_t depth;      /* indentation of the block's lines; 0: none was met */
    bool nested;       /* what is deeper belongs to a line that was left */
    bool certificates; /* in "crypto ca certificate chain" */
    bool full;         /* there was no more room */
    struct asa_pending pending;
    max_align_t spare[32]; /* what is given out where there is no more room */
};

enum asa_outcome {
    ASA_READ,
    ASA_NO_PROXY, /* it has none of pop3s, imap4s, smtps; notes were given nevertheless */
    ASA_NOT_TEXT, /* UTF-16 */
    ASA_TOO_MUCH, /* more than room holds */
};

enum asa_outcome asa_read(struct asa *a, struct span text);

/* The files that the policy names beside the secrets' ones, relative to it. */
#define ASA_CERTIFICATE "server.pem"
#define ASA_KEY         "server.key"
#define ASA_CLIENT_CA   "client-ca.pem"
#define ASA_USERS       "users"

#endif
