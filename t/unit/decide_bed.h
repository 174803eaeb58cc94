/* SPDX-License-Identifier: ISC */
/* decide_bed - what the tests of decide.c share: a policy with some servers. Include check.h first. */
#ifndef MW_DECIDE_BED_H
#define MW_DECIDE_BED_H

#include "decide.h"
#include "limits.h"

#define S(s) SPAN(s)

static char default_host[] = "mail.example.org", exact[] = "imap.sales.example.org",
            suffix[] = "*.example.org", longer[] = "*.sales.example.org", address[] = "10.0.0.1",
            address6[] = "2001:db8::1";

static struct mail_server allowed[] = {
    {.host = suffix}, {.host = longer}, {.host = exact}, {.host = address}, {.host = address6}};

/* Stands for idna.h: knows one name. */
static inline bool one_ascii(struct span name, char room[LIMIT_HOST + 1])
{
    return span_eq(name, S("M\303\234NCHEN.example.org")) &&
           span_copy(room, LIMIT_HOST + 1, S("xn--mnchen-3ya.example.org"));
}

enum { DEFAULT = -1 };

static inline struct protocol_policy policy_with(unsigned methods, bool mail_user)
{
    return (struct protocol_policy){
        .present = true,
        .methods = methods,
        .name_delimiter = ':',
        .server_delimiter = '@',
        .unknown_server_mail_user = mail_user,
        .host_ascii = one_ascii,
        .default_server = {.host = default_host},
        .allowed = allowed,
        .allowed_count = ROWS(allowed),
    };
}

#endif
