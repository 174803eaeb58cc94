/* SPDX-License-Identifier: ISC */
/* back_words - PURE; see back_dialogue.h. What mail servers say in words: why they refuse a login, where
 * no code tells it, and what a user must be shown. */
#include "back_dialogue.h"
#include "utf8.h"

#define IN_USE    DENIAL_LIMIT, "the mailbox is in use"
#define LIMIT     DENIAL_LIMIT, "a limit at the mail server is reached"
#define TEMPORARY DENIAL_TEMPORARY, "the mail server reports a temporary failure"
#define REFUSED   DENIAL_REFUSED, "the mail server refuses the login"

/* Whole words; a "*" at the end stands for any ending. The first row counts whose words are in the text:
 * what passes by itself goes before what is blamed on name and password, since only that is a guess. */
static const struct back_code words[] = {
    {"already locked", IN_USE},
    {"mailbox locked", IN_USE},
    {"mailbox is locked", IN_USE},
    {"maildrop locked", IN_USE},
    {"maildrop is locked", IN_USE},
    {"maildrop lock", IN_USE},
    {"lock maildrop", IN_USE},
    {"lock mailbox", IN_USE},
    {"lock busy", IN_USE},
    {"in use", IN_USE},
    {"another session", IN_USE},
    {"already logged", IN_USE},
    {"too many fail*", TEMPORARY},
    {"too many login*", TEMPORARY},
    {"too many auth*", TEMPORARY},
    {"too many bad", TEMPORARY},
    {"too many invalid", TEMPORARY},
    {"too many attempts", TEMPORARY},
    {"too many errors", TEMPORARY},
    {"too many", LIMIT},
    {"temporar*", TEMPORARY},
    {"later", TEMPORARY},
    {"unavailable", TEMPORARY},
    {"not available", TEMPORARY},
    {"busy", TEMPORARY},
    {"timed out", TEMPORARY},
    {"timeout", TEMPORARY},
    {"internal error", TEMPORARY},
    {"server error", TEMPORARY},
    {"system error", TEMPORARY},
    {"password*", REFUSED},
    {"authent*", REFUSED},
    {"authoriz*", REFUSED},
    {"credential*", REFUSED},
    {"logon", REFUSED},
    {"login", REFUSED},
    {"log in", REFUSED},
    {"sign in", REFUSED},
    {"incorrect", REFUSED},
    {"wrong", REFUSED},
    {"denied", REFUSED},
    {"account", REFUSED},
    {"username*", REFUSED},
    {"user name*", REFUSED},
    {"invalid user", REFUSED},
    {"unknown user", REFUSED},
    {"user unknown", REFUSED},
    {"no such user", REFUSED},
    {"user not found", REFUSED},
    {"no mailbox", REFUSED},
    {"no such mailbox", REFUSED},
    {"try again", TEMPORARY},
};

static bool back_is_letter(struct span text, size_t at)
{
    return at < text.n && ((text.p[at] | 0x20) >= 'a' && (text.p[at] | 0x20) <= 'z');
}

/* "login user" does not say "in use". */
static bool back_says(struct span text, struct span what)
{
    bool open = what.p[what.n - 1] == '*';

    what.n -= open;
    for (size_t i = 0; i < text.n; i++)
        if (span_istarts(span_tail(text, i), what) && (i == 0 || !back_is_letter(text, i - 1)) &&
            (open || !back_is_letter(text, i + what.n)))
            return true;
    return false;
}

enum back_event back_deny_by_words(struct back *b, struct span text)
{
    struct span code = back_bracketed(text);

    if (code.n > 0)
        text = span_tail(text, code.n + 2);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (back_says(text, span_str(words[i].code)))
            return back_part(b, words[i].failure, words[i].why);
    return back_part(b, DENIAL_UNCLEAR, "the mail server refuses the login and does not say why");
}

/* C0 and DEL; in UTF-8 also C1, of two octets. */
static size_t control_at(struct span s, size_t at, bool utf8)
{
    unsigned char c = (unsigned char)s.p[at];

    if (c < ' ' || c == 0x7f)
        return 1;
    return utf8 && c == 0xc2 && (unsigned char)s.p[at + 1] < 0xa0 ? 2 : 0;
}

void back_put_shown(struct buf *out, struct span text)
{
    bool utf8 = utf8_valid(text);

    for (size_t i = 0; i < text.n && buf_room(out) > 0; i++) {
        size_t control = control_at(text, i, utf8);

        if (control)
            buf_putc(out, ' ');
        else
            buf_putc(out, utf8 || (unsigned char)text.p[i] < 0x80 ? text.p[i] : '?');
        i += control == 2;
    }
    while (!utf8_valid(buf_span(out))) /* cut within a character */
        out->len--;
}
