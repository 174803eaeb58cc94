/* SPDX-License-Identifier: ISC */
/*
 * name - the login name vpnuser:mailuser@server and the password vpnpassword:mailpassword (R2).
 * PURE. The spans that are returned point into the caller's text.
 */
#ifndef MW_NAME_H
#define MW_NAME_H

#include "span.h"

enum name_fault {
    NAME_OK = 0,
    /* The login as a whole, or another name (name_check). */
    NAME_EMPTY,
    NAME_TOO_LONG,      /* LIMIT_LOGIN; or a part of it that became too long */
    NAME_BAD_CHARACTER, /* NUL, CR, LF or another control */
    NAME_NOT_UTF8,
    /* One part of the login. It is empty if its delimiter is there. */
    NAME_VPN_EMPTY,
    NAME_VPN_TOO_LONG, /* LIMIT_NAME */
    NAME_MAIL_EMPTY,
    NAME_MAIL_TOO_LONG, /* LIMIT_NAME */
    NAME_SERVER_EMPTY,
    NAME_SERVER_TOO_LONG, /* LIMIT_HOST */
    /* The password. */
    PASSWORD_EMPTY,
    PASSWORD_TOO_LONG,      /* LIMIT_PASSWORD */
    PASSWORD_BAD_CHARACTER, /* NUL, CR or LF */
    PASSWORD_MANY_DELIMITERS,
    PASSWORD_VPN_EMPTY,
    PASSWORD_MAIL_EMPTY,
    NAME_FAULTS
};
const char *name_fault_text(enum name_fault f); /* for the log; a static string */

struct login_name {
    struct span vpn; /* the same as mail if the login has no VPN name */
    struct span mail;
    struct span server; /* empty if has_server is false */
    bool has_vpn, has_server;
};

/* Splits at the LAST server delimiter and the FIRST name delimiter, and checks every part.
 * Whether the server is allowed is decide.h's question. */
enum name_fault name_split(struct span login, char name_delimiter, char server_delimiter,
                           struct login_name *out);

/* The same checks for a login as a whole, before it is split. */
enum name_fault name_check(struct span login);

/* A valid password is 1 to LIMIT_PASSWORD octets, in any encoding, without NUL, CR and LF. */
enum name_fault password_check(struct span password);

/* With AAA: checks the password and splits it into the two (R2.4). Without a delimiter it is both;
 * more than one delimiter is a fault. *vpn and *mail are empty after a fault. */
enum name_fault password_split(struct span password, char delimiter, struct span *vpn,
                               struct span *mail);

#endif
