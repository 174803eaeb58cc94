/* SPDX-License-Identifier: ISC */
/* name - splits login names and passwords. PURE. */
#include "name.h"

#include "limits.h"
#include "utf8.h"

static const char *const fault_texts[] = {
    [NAME_OK] = "good",
    [NAME_EMPTY] = "a part is empty",
    [NAME_TOO_LONG] = "a part is too long",
    [NAME_BAD_CHARACTER] = "a control character is in it",
    [NAME_NOT_UTF8] = "it is not valid UTF-8",
    [NAME_MANY_DELIMITERS] = "it has more than one delimiter",
};

const char *name_fault_text(enum name_fault f)
{
    return (unsigned)f < sizeof fault_texts / sizeof *fault_texts ? fault_texts[f] : "unknown";
}

/* C0 and C1 controls, and DEL. s is valid UTF-8, in which C1 is C2 80 to C2 9F. */
static bool has_control(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x20 || c == 0x7f)
            return true;
        if (c == 0xc2 && i + 1 < s.n && (unsigned char)s.p[i + 1] < 0xa0)
            return true;
    }
    return false;
}

static enum name_fault check_text(struct span s, size_t max)
{
    if (s.n == 0)
        return NAME_EMPTY;
    if (s.n > max)
        return NAME_TOO_LONG;
    if (!utf8_valid(s))
        return NAME_NOT_UTF8;
    return has_control(s) ? NAME_BAD_CHARACTER : NAME_OK;
}

enum name_fault name_check(struct span login)
{
    return check_text(login, LIMIT_LOGIN);
}

/* The length of one part; its characters were checked with the whole login. */
static enum name_fault check_part(struct span part, size_t max)
{
    if (part.n == 0)
        return NAME_EMPTY;
    return part.n > max ? NAME_TOO_LONG : NAME_OK;
}

enum name_fault name_split(struct span login, char name_delimiter, char server_delimiter,
                           struct login_name *out)
{
    enum name_fault fault = name_check(login);

    *out = (struct login_name){0};
    if (fault)
        return fault;

    size_t at = span_rfind(login, server_delimiter);
    out->mail = login;
    if (at != SPAN_NOT_FOUND) {
        out->has_server = true;
        out->server = span_tail(login, at + 1);
        out->mail = span_head(login, at);
    }
    at = span_find(out->mail, name_delimiter);
    out->vpn = out->mail;
    if (at != SPAN_NOT_FOUND) {
        out->has_vpn = true;
        out->vpn = span_head(out->mail, at);
        out->mail = span_tail(out->mail, at + 1);
    }
    if ((fault = check_part(out->vpn, LIMIT_NAME)) || (fault = check_part(out->mail, LIMIT_NAME)))
        return fault;
    return out->has_server ? check_part(out->server, LIMIT_HOST) : NAME_OK;
}

enum name_fault password_check(struct span password)
{
    if (password.n == 0)
        return NAME_EMPTY;
    if (password.n > LIMIT_PASSWORD)
        return NAME_TOO_LONG;
    for (size_t i = 0; i < password.n; i++)
        if (password.p[i] == '\0' || password.p[i] == '\r' || password.p[i] == '\n')
            return NAME_BAD_CHARACTER;
    return utf8_valid(password) ? NAME_OK : NAME_NOT_UTF8;
}

enum name_fault password_split(struct span password, char delimiter, struct span *vpn,
                               struct span *mail)
{
    enum name_fault fault = password_check(password);

    *vpn = *mail = SPAN_NONE;
    if (fault)
        return fault;
    size_t at = span_find(password, delimiter);
    if (at == SPAN_NOT_FOUND) {
        *vpn = *mail = password;
        return NAME_OK;
    }
    if (span_rfind(password, delimiter) != at)
        return NAME_MANY_DELIMITERS;
    if (at == 0 || at + 1 == password.n)
        return NAME_EMPTY;
    *vpn = span_head(password, at);
    *mail = span_tail(password, at + 1);
    return NAME_OK;
}
