/* SPDX-License-Identifier: ISC */
/* name - splits login names and passwords. PURE. */
#include "name.h"

#include "limits.h"
#include "utf8.h"

static const char *const fault_texts[NAME_FAULTS] = {
    [NAME_OK] = "good",
    [NAME_EMPTY] = "the name is empty",
    [NAME_TOO_LONG] = "the name is too long",
    [NAME_BAD_CHARACTER] = "a control character is in the name",
    [NAME_NOT_UTF8] = "the name is not valid UTF-8",
    [NAME_VPN_EMPTY] = "the VPN name is empty",
    [NAME_VPN_TOO_LONG] = "the VPN name is too long",
    [NAME_MAIL_EMPTY] = "the mail name is empty",
    [NAME_MAIL_TOO_LONG] = "the mail name is too long",
    [NAME_SERVER_EMPTY] = "the mail server is empty",
    [NAME_SERVER_TOO_LONG] = "the mail server is too long",
    [PASSWORD_EMPTY] = "the password is empty",
    [PASSWORD_TOO_LONG] = "the password is too long",
    [PASSWORD_BAD_CHARACTER] = "a NUL or the end of a line is in the password",
    [PASSWORD_MANY_DELIMITERS] = "the password has more than one delimiter",
    [PASSWORD_VPN_EMPTY] = "the VPN password is empty",
    [PASSWORD_MAIL_EMPTY] = "the mail password is empty",
};

const char *name_fault_text(enum name_fault f)
{
    return (unsigned)f < NAME_FAULTS ? fault_texts[f] : "unknown";
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

enum name_fault name_check(struct span login)
{
    if (login.n == 0)
        return NAME_EMPTY;
    if (login.n > LIMIT_LOGIN)
        return NAME_TOO_LONG;
    if (!utf8_valid(login))
        return NAME_NOT_UTF8;
    return has_control(login) ? NAME_BAD_CHARACTER : NAME_OK;
}

/* The length of each part; their characters were checked with the whole login. */
static enum name_fault check_parts(const struct login_name *name)
{
    if (name->vpn.n == 0)
        return name->has_vpn ? NAME_VPN_EMPTY : NAME_MAIL_EMPTY;
    if (name->vpn.n > LIMIT_NAME)
        return name->has_vpn ? NAME_VPN_TOO_LONG : NAME_MAIL_TOO_LONG;
    if (name->mail.n == 0)
        return NAME_MAIL_EMPTY;
    if (name->mail.n > LIMIT_NAME)
        return NAME_MAIL_TOO_LONG;
    if (!name->has_server)
        return NAME_OK;
    if (name->server.n == 0)
        return NAME_SERVER_EMPTY;
    return name->server.n > LIMIT_HOST ? NAME_SERVER_TOO_LONG : NAME_OK;
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
    return check_parts(out);
}

enum name_fault password_check(struct span password)
{
    if (password.n == 0)
        return PASSWORD_EMPTY;
    if (password.n > LIMIT_PASSWORD)
        return PASSWORD_TOO_LONG;
    for (size_t i = 0; i < password.n; i++)
        if (password.p[i] == '\0' || password.p[i] == '\r' || password.p[i] == '\n')
            return PASSWORD_BAD_CHARACTER;
    return NAME_OK;
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
        return PASSWORD_MANY_DELIMITERS;
    if (at == 0)
        return PASSWORD_VPN_EMPTY;
    if (at + 1 == password.n)
        return PASSWORD_MAIL_EMPTY;
    *vpn = span_head(password, at);
    *mail = span_tail(password, at + 1);
    return NAME_OK;
}
