/* SPDX-License-Identifier: ISC */
/*
 * name - the login name vpnuser:mailuser@server and the password vpnpassword:mailpassword (R2).
 * PURE. Spans point into what was given.
 */
#ifndef MW_NAME_H
#define MW_NAME_H

#include "span.h"

enum name_fault {
    NAME_OK = 0,
    NAME_EMPTY,    /* the login, or the VPN, mail or server part where its delimiter is given */
    NAME_TOO_LONG, /* LIMIT_LOGIN, LIMIT_NAME, LIMIT_HOST, LIMIT_PASSWORD */
    NAME_BAD_CHARACTER, /* NUL, CR, LF or another control */
    NAME_NOT_UTF8,
    NAME_MANY_DELIMITERS, /* a password with more than one */
};
const char *name_fault_text(enum name_fault f); /* for the log: static */

struct login_name {
    struct span vpn; /* the same as mail where no VPN name was given */
    struct span mail;
    struct span server; /* empty where has_server is false */
    bool has_vpn, has_server;
};

/* Splits at the LAST server delimiter and the FIRST name delimiter, and checks every part.
 * The server part is not checked for being allowed: that is decide.h. */
enum name_fault name_split(struct span login, char name_delimiter, char server_delimiter,
                           struct login_name *out);

/* The same checks for a login that isn't split yet (before anything is asked of anyone). */
enum name_fault name_check(struct span login);

/* The password is not NUL, CR or LF, not too long, UTF-8. An empty one is NAME_EMPTY. */
enum name_fault password_check(struct span password);

/* With AAA: the two passwords (R2.4). One part serves both; more than one delimiter is a fault. */
enum name_fault password_split(struct span password, char delimiter, struct span *vpn,
                               struct span *mail);

#endif
