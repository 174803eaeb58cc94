/* SPDX-License-Identifier: ISC */
/*
 * policy - what the administrator wants: the policy file as structs. PURE.
 *
 * policy_load (load.h) makes it and owns every string and array in it; afterwards it is read-only.
 * Strings are NUL-terminated UTF-8, never NULL, and file names are absolute. Only announce may be
 * NULL, and a member that a server group's type doesn't have, or its servers don't, is NULL or 0. A
 * protocol that is not present holds the defaults. `line` is the line in the file, for messages; 0:
 * not in the file.
 */
#ifndef MW_POLICY_H
#define MW_POLICY_H

#include "client_address.h"
#include "limits.h"
#include "protocol.h"
#include "server_tls.h"
#include "user.h"

struct policy_certificate {
    char *chain, *key;
    char *ocsp; /* "" : none */
    int line;
};

struct policy_interface {
    char *name, *device;
    char *address; /* "" : any address of the device */
    bool management_only;
    int line;
};

enum group_type { GROUP_LOCAL, GROUP_RADIUS, GROUP_LDAP, GROUP_HTTP };

struct aaa_server {
    char *host;                     /* radius */
    unsigned port, accounting_port; /* radius: 1812, 1813; with tls 2083, port */
    bool tls;                       /* radius: RFC 6614 */
    bool require_signature;         /* radius: answers need Message-Authenticator; true */
    char *secret;                   /* radius: file, or "" with tls */
    char *certificate, *key;        /* radius with tls: files, or "" */
    unsigned timeout, retries;      /* s; radius: 5 and 2 */
    char *url;                      /* ldap, http */
    char *ca;                       /* radius, ldap, http: file, or "" */
    char *bind_dn, *bind_password;  /* ldap: DN, file; or "" */
    char *base, *filter;            /* ldap */
    char *scope;                    /* ldap: base, one, subtree */
    bool starttls;                  /* ldap */
    char *method;                   /* http: form, basic */
    char *user_field, *password_field, *group_policy_header; /* http; the header or "" */
    int line;
};

struct group_policy_map {
    char *value, *group_policy;
};

struct server_group {
    char *name;
    enum group_type type;
    char *users;                /* local: file */
    unsigned dead_time;         /* s, 60 */
    unsigned cache;             /* s, 0: none */
    struct aaa_server *servers; /* in the order in which they are asked */
    size_t server_count;
    char *attribute; /* ldap group-policy-attribute's name, or "" */
    struct group_policy_map *maps;
    size_t map_count;
    int line;
};

struct group_policy {
    char *name;
    unsigned simultaneous_logins; /* 3; 0 blocks */
    unsigned idle_timeout;        /* minutes, 30; 0: none */
    unsigned session_timeout;     /* minutes; 0: none */
    char *access_hours;           /* "" : always */
    unsigned mail_sessions;       /* per user; 0: none */
    int line;
};

/* Access-hours under a name, which an AAA server can give (RADIUS, vendor 3076, Access-Hours). */
struct time_range {
    char *name;
    char *hours; /* as access_hours */
    int line;
};

enum method { METHOD_AAA = 1, METHOD_CERTIFICATE = 2, METHOD_PIGGYBACK = 4, METHOD_MAILHOST = 8 };

/* The sixteen DN fields of authorization-dn: the appliance's, in its order. */
enum dn_field {
    DN_C,
    DN_CN,
    DN_DNQ,
    DN_EA,
    DN_GENQ,
    DN_GN,
    DN_I,
    DN_L,
    DN_N,
    DN_O,
    DN_OU,
    DN_SER,
    DN_SN,
    DN_SP,
    DN_T,
    DN_UID,
    DN_NONE,
};

struct mail_server {
    char *host; /* a name (ASCII), an address, or for allow-server also "*.suffix" */
    unsigned port;
    enum server_tls tls;
    char *ca;    /* file, or "" for the system's */
    bool verify; /* true unless the policy says false */
    enum client_address client_address;
    bool allow_unauthenticate;
    int line;
};

/* The lines of a protocol's elements; 0: the element is missing. */
struct protocol_lines {
    int authentication, authentication_group, authorization_group, authorization_dn;
    int accounting_group;
    int default_group_policy, delimiters, servers;
};

struct protocol_policy {
    bool present; /* the policy has an element for this protocol */
    enum protocol protocol;
    unsigned port;
    unsigned outstanding;                                /* 0: no limit */
    unsigned max_sessions;                               /* 0: no limit */
    unsigned login_attempts, tls_timeout, login_timeout; /* count, s, s */
    char *announce; /* what to announce before the login, a list (offer.h); NULL: what the default
                       server offers */
    bool enable_all;
    struct policy_interface **enabled; /* each once; with enable_all, every usable one */
    size_t enabled_count;
    unsigned methods; /* enum method, or'ed; mailhost is set where it is implied */
    struct server_group *authentication, *authorization, *accounting; /* NULL: none */
    bool authorization_required;
    unsigned interim; /* s between Interim-Updates, 0: none */
    bool dn_entire;
    enum dn_field dn_primary, dn_secondary;
    bool dn_fallback;   /* match="fallback" */
    bool dn_must_match; /* with aaa or piggyback the certificate must name the VPN user (R4.5a) */
    struct group_policy *default_group_policy; /* NULL: none */
    char name_delimiter, server_delimiter;
    enum user_case user_case;      /* <aaa case>: every protocol has the policy's */
    bool unknown_server_mail_user; /* unknown-server="mail-user" */
    bool (*host_ascii)(struct span name, char room[LIMIT_HOST + 1]); /* idna_ascii; NULL: none */
    struct mail_server default_server;                               /* host "": there is none */
    struct mail_server *allowed;
    size_t allowed_count;
    struct protocol_lines lines;
    int line;
};

/* A file that is read by another name, because systemd hands it on (credential.h). */
struct policy_credential {
    struct policy_credential *next;
    const char *written; /* as the policy names it, but absolute */
    const char *file;    /* as it stands in the structs of the policy */
};

#define POLICY_HASH 32 /* octets of SHA-256 */

struct policy {
    char *file;
    unsigned char hash[POLICY_HASH]; /* of the file as it was loaded */
    char *state_directory;
    char *spool;                 /* directory of the accounting spool */
    int log_facility, log_level; /* as in <syslog.h> */
    char *tls_priority;          /* "" : ours */
    char *client_ca, *crl;       /* file, or "" */
    bool tickets;
    int tls_line;
    int state_line; /* 0: no element <state> */
    struct policy_certificate *certificates;
    size_t certificate_count;
    struct policy_interface *interfaces;
    size_t interface_count;
    enum user_case user_case; /* how user names are compared */
    struct server_group *groups;
    size_t group_count;
    struct time_range *time_ranges;
    size_t time_range_count;
    struct group_policy *group_policies;
    size_t group_policy_count;
    struct protocol_policy protocols[PROTOCOLS];
    struct policy_credential *credentials; /* a list; NULL: every file is read by its own name */
};

/* Copies text, cut to fit into size octets with the NUL, with the names of credentials replaced by
 * those that the administrator wrote: for messages. Returns room. */
const char *policy_written(const struct policy *p, const char *text, char *room, size_t size);

/* A DN field's name in the policy ("CN", "None") and its object identifier ("2.5.4.3"; of DN_NONE
 * ""). Static strings. */
const char *dn_field_name(enum dn_field f);
const char *dn_field_oid(enum dn_field f);

/* Whether protocols can be enabled on the interface (R7.1): it is not management-only, and its
 * device's name is not that of a VLAN. */
bool interface_usable(const struct policy_interface *i);

/* Whether the interface's address is link-local (fe80::/10): it needs the device's name too. */
bool interface_link_local(const struct policy_interface *i);

/* Whether the policy has the protocol and enables it on the interface of this name. */
bool protocol_enabled_on(const struct protocol_policy *p, struct span interface);

/* GnuTLS's priority string for TLS with mail programs and mail servers. */
const char *policy_priority(const struct policy *p);

#endif
