/* SPDX-License-Identifier: ISC */
/* ldap_code - PURE; see ldap_code.h. */
#include "ldap_code.h"

#include <string.h>

enum { SUCCESS = 0, INVALID_CREDENTIALS = 49 };

/* The codes that are about the user. */
static const struct refusal {
    int code;
    const char *why;
} refusals[] = {
    {19, "a constraint: such as too many wrong passwords"},
    {32, "no such entry"},
    {48, "the entry has no password"},
    {INVALID_CREDENTIALS, "wrong password"},
    {50, "the entry may not bind"},
    {53, "the server is unwilling: such as a locked account"},
};

/* Active Directory answers invalidCredentials for these too, and tells the Windows error (winerror.h)
 * in hex: "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 533, v4563" */
static const struct windows_error {
    const char *hex, *why;
} windows_errors[] = {
    {"525", "no such user"},
    {"52e", "wrong password"},
    {"530", "the user may not log in at this hour"},
    {"531", "the user may not log in from this machine"},
    {"532", "the password has expired"},
    {"533", "the account is disabled"},
    {"701", "the account has expired"},
    {"773", "the user must change the password first"},
    {"775", "the account is locked"},
};

static const char *windows_reason(struct span text)
{
    static const char lead[] = ", data ";

    while (text.n > 0 && !span_starts(text, SPAN(lead)))
        text = span_tail(text, 1);
    text = span_tail(text, strlen(lead));
    for (size_t i = 0; i < sizeof windows_errors / sizeof *windows_errors; i++)
        if (span_ieq(span_head(text, span_find(text, ',')), span_str(windows_errors[i].hex)))
            return windows_errors[i].why;
    return NULL;
}

enum aaa_outcome ldap_code_outcome(int code, struct span text, const char **why)
{
    const char *more = code == INVALID_CREDENTIALS ? windows_reason(text) : NULL;

    if (code == SUCCESS)
        return AAA_YES;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        if (code == refusals[i].code) {
            *why = more ? more : refusals[i].why;
            return AAA_NO;
        }
    return AAA_TEMPORARY;
}
