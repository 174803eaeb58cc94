/* SPDX-License-Identifier: ISC */
/*
 * asa - reads an appliance's running configuration: the parts that concern its e-mail proxy. PURE.
 *
 *     struct asa a = {.room = ..., .devices = ..., .note = ...};
 *     if (asa_read(&a, text) == ASA_READ) ... import_write(&a, &n) ...
 *
 * Every line has one of three fates, and none is lost: it is carried over, it needs the
 * administrator, or it is not about mail; a note says so for the latter two. If a line that can't
 * be carried over limits access, then access is closed: the protocol is enabled on no interface, or
 * the group policy blocks its users.
 *
 * All spans point into the text, the devices or the room. The caller owns these, and keeps them as
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

/* A name that refers to another part of the configuration. */
struct asa_reference {
    struct span name;
    int line; /* 0: there is no such line */
};

/* A number or "none"; not set if the configuration doesn't say. */
struct asa_limit {
    bool set, none;
    unsigned value;
};

/* A line whose fate is not known before all is read. In lists the last comes first. */
struct asa_later {
    struct asa_later *next;
    int line;
};

struct asa_alias { /* "name ADDRESS ALIAS" */
    struct asa_alias *next;
    struct span address, name;
};

struct asa_interface {
    struct asa_interface *next;
    int line;
    struct span hardware;   /* GigabitEthernet0/0 */
    struct span name;       /* nameif, or empty */
    struct span address;    /* or empty */
    struct asa_later *more; /* further addresses */
    unsigned vlan;          /* its number, or 0 */
    bool subinterface, management_only, shut;
    struct span device; /* Linux's, or a placeholder */
    bool placeholder;   /* the latter */
    unsigned lines;     /* that were read into it, and count as carried over; so in all structs */
    bool kept;          /* carried over; so in all structs */
};

struct asa_server {
    struct asa_server *next;
    int line;
    struct span host;
    unsigned port, accounting_port; /* 0: not set */
    unsigned timeout, interval;     /* s: in all, and between two tries */
    struct asa_reference secret;    /* key or login password; the name is empty if the
                                     * configuration hides it */
    struct span secret_file;        /* the name of its file in the policy; empty: none */
    struct span base, naming, login_dn;
    bool one_level, over_ssl;
    bool signed_answers; /* message-authenticator-required */
    struct asa_reference map;
    unsigned lines;
    bool kept;
};

enum asa_group_type { ASA_RADIUS, ASA_LDAP, ASA_LOCAL, ASA_OTHER };

struct asa_group {
    struct asa_group *next;
    int line;
    struct span name;
    enum asa_group_type type;
    unsigned dead_time, interim; /* s; interim 0: none */
    bool signed_answers;         /* message-authenticator-required */
    ASA_LIST(asa_server) servers;
    struct asa_map *map; /* ldap: the one that is carried over; NULL: none */
    bool resolved;       /* a protocol names it */
    unsigned lines;      /* without those of its servers */
    bool kept;
};

struct asa_map_name { /* an attribute that names the user's group policy */
    struct asa_map_name *next;
    int line;
    struct span attribute;
};

struct asa_map_value {
    struct asa_map_value *next;
    int line;
    struct span attribute, value, group_policy;
    const struct asa_group_policy *policy; /* NULL: not carried over */
};

struct asa_map {
    struct asa_map *next;
    int line;
    struct span name;
    ASA_LIST(asa_map_name) names;
    ASA_LIST(asa_map_value) values; /* resolved: in the appliance's order */
    unsigned lines;
    bool resolved, kept;
};

struct asa_period {
    struct asa_period *next;
    unsigned days;       /* bit 0: Monday */
    unsigned from, till; /* minutes of the day; till < from: of the next day */
};

struct asa_time_range {
    struct asa_time_range *next;
    int line;
    struct span name;
    ASA_LIST(asa_period) periods;
    int absolute;      /* line, or 0 */
    struct span hours; /* as the policy writes them; empty: it can't */
    unsigned lines;
    bool kept;
};

struct asa_group_policy {
    struct asa_group_policy *next;
    int line;         /* 0: the appliance's own DfltGrpPolicy, which isn't in the configuration */
    struct span name; /* the appliance's */
    struct span new_name; /* the policy's: the same, or a valid one */
    bool external;
    struct asa_limit logins, idle, session;
    struct asa_reference hours; /* a time-range */
    bool hours_none;            /* vpn-access-hours none */
    struct span access_hours;   /* as the policy writes them; empty: always */
    unsigned lines;
    bool kept;
};

struct asa_user {
    struct asa_user *next;
    int line;
    struct span name;
    struct asa_reference group_policy;
    struct asa_later *limits; /* for this user alone */
    unsigned lines;
};

struct asa_enable {
    struct asa_enable *next;
    struct asa_reference interface;
    struct asa_interface *to; /* NULL: not carried over */
};

/* One of pop3s, imap4s, smtps. */
struct asa_mail {
    int line; /* 0: there is no such block */
    enum protocol protocol;
    unsigned port, outstanding; /* outstanding 0: no limit */
    ASA_LIST(asa_enable) enables;
    unsigned methods; /* enum method (policy.h), or'ed; 0: not set */
    int methods_line;
    struct asa_reference authentication, authorization, accounting, group_policy;
    bool required; /* authorization */
    int dn_line;   /* 0: not set */
    bool dn_entire;
    struct span dn_primary, dn_secondary;
    char name_separator, server_separator;
    const char *closed; /* why it must not be enabled; NULL: it may be */
    struct asa_reference server;
    struct span server_host; /* for the policy */
    unsigned server_port;
    /* After resolving. NULL: missing, or not carried over. */
    struct asa_group *authentication_group, *authorization_group, *accounting_group;
    struct asa_group_policy *default_group_policy;
};

/* The network device for an interface's name. */
struct asa_device {
    struct span name, device;
    bool used; /* set by asa_read */
};

enum asa_note_kind {
    ASA_NOTE_LEFT,    /* about mail, and not carried over: it needs the administrator */
    ASA_NOTE_TODO,    /* the administrator has to do something */
    ASA_NOTE_DETAIL,  /* more about such a thing */
    ASA_NOTE_CHANGED, /* carried over with a slightly different meaning */
    ASA_NOTE_OTHER,   /* not about mail, or without effect here */
};

struct asa_note {
    enum asa_note_kind kind;
    int line;         /* 0: no line */
    unsigned lines;   /* ASA_NOTE_LEFT and ASA_NOTE_OTHER: how many lines have this fate; else 0 */
    const char *text; /* "COMMAND: why, or what to do"; valid during the call */
};

struct asa_room {
    char *p; /* zeroed, aligned for anything */
    size_t size, used;
};

struct asa_command; /* asa_internal.h */

/* Lines that are not carried over, collected for one note. */
struct asa_pending {
    enum asa_note_kind kind;
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
    void (*note)(void *context, const struct asa_note *n); /* not in the order of lines */
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
    unsigned lines; /* neither empty nor comments */
    unsigned taken; /* of these, carried over: the rest are in notes */

    /* The reader's own. */
    const struct asa_command *rows; /* of the open block; NULL: the block is not carried over */
    size_t row_count;
    const char *hint; /* for a command that isn't in rows */
    bool other;       /* such a command is not about mail */
    const char *why;  /* asa_because */
    bool why_other;   /* asa_other */
    unsigned *owner;  /* lines of what the block is read into; NULL: it is no object */
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
    size_t outer;      /* indentation of the line that opened the block */
    size_t depth;      /* indentation of the block's lines; 0: not known yet */
    size_t mail_depth; /* indentation of pop3s, imap4s, smtps */
    bool flat;         /* the text lost its indentation */
    int wide;          /* the last line that may have been wrapped */
    unsigned numbered; /* new names of group policies that have a number */
    bool nested;       /* deeper lines belong to a line that is not carried over */
    bool certificates; /* in "crypto ca certificate chain" */
    bool full;         /* the room was too small */
    struct asa_pending pending;
    max_align_t spare[32]; /* given out once the room is full */
};

enum asa_outcome {
    ASA_READ,
    ASA_NO_PROXY, /* it has no pop3s, imap4s or smtps; the notes were given all the same */
    ASA_NOT_TEXT, /* UTF-16 */
    ASA_TOO_MUCH, /* the room is too small */
};

enum asa_outcome asa_read(struct asa *a, struct span text);

/* The files that the policy names, besides those for secrets: relative to it. */
#define ASA_CERTIFICATE "server.pem"
#define ASA_KEY         "server.key"
#define ASA_CLIENT_CA   "client-ca.pem"
#define ASA_USERS       "users"

#endif
