/* SPDX-License-Identifier: ISC */
/* offer - PURE; see offer.h. Believes nothing that a mail server, a filter or a file says. */
#include "offer.h"

#include "limits.h"

/* A "*" at the end stands for anything. What is in neither table is the mail server's to promise. */
static const char *const always[PROTOCOLS][4] = {
    [PROTOCOL_POP3S] = {"USER", "RESP-CODES", "AUTH-RESP-CODE"},
    [PROTOCOL_IMAP4S] = {"SASL-IR"},
    [PROTOCOL_SMTPS] = {"ENHANCEDSTATUSCODES"},
};
static const char *const ours[PROTOCOLS][10] = {
    /* LANG and UTF8 are commands of the time before the login (RFC 6856). */
    [PROTOCOL_POP3S] = {"SASL", "STLS", "UTF8", "LANG", "XCLIENT", "IMPLEMENTATION"},
    [PROTOCOL_IMAP4S] = {"AUTH=*", "LOGINDISABLED", "STARTTLS", "LOGIN-REFERRALS", "COMPRESS*",
                         "UNAUTHENTICATE", "X-UNAUTHENTICATE", "XCLIENT"},
    /* PIPECONNECT is Exim's: commands before our greeting. X-EXPS and X-ANONYMOUSTLS are Exchange's
     * AUTH and STARTTLS. */
    [PROTOCOL_SMTPS] = {"AUTH", "STARTTLS", "TLS", "XCLIENT", "XFORWARD", "PIPECONNECT", "X-EXPS",
                        "X-ANONYMOUSTLS"},
};

static bool offer_matches(struct span word, struct span pattern)
{
    if (pattern.n > 0 && pattern.p[pattern.n - 1] == '*')
        return span_istarts(word, span_head(pattern, pattern.n - 1));
    return span_ieq(word, pattern);
}

static bool offer_in(const char *const *table, size_t n, struct span word)
{
    for (size_t i = 0; i < n && table[i]; i++)
        if (offer_matches(word, span_str(table[i])))
            return true;
    return false;
}
#define OFFER_IN(table, word) offer_in((table), sizeof(table) / sizeof *(table), (word))

static bool offer_is_atom(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' ||
            span_find(SPAN("(){%*\"\\]"), s.p[i]) != SPAN_NOT_FOUND)
            return false;
    return s.n > 0;
}

static bool offer_is_keyword(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && (c != '-' || i == 0))
            return false;
    }
    return s.n > 0;
}

/* What identifies a word: IMAP all of it, POP3 and SMTP its keyword. *parameters: the rest. */
static struct span offer_key(enum protocol p, struct span word, struct span *parameters)
{
    *parameters = SPAN_NONE;
    if (p == PROTOCOL_IMAP4S)
        return word;
    *parameters = word;
    return span_cut(parameters, '=');
}

/* word has a "=". Each parameter has at least one octet. */
static bool offer_parameters_valid(struct span parameters)
{
    bool empty = true;

    for (size_t i = 0; i < parameters.n; i++) {
        char c = parameters.p[i];
        if (c <= ' ' || c > '~' || (c == ',' && empty))
            return false;
        empty = c == ',';
    }
    return !empty;
}

static bool offer_valid(enum protocol p, struct span word)
{
    struct span parameters, key = offer_key(p, word, &parameters);

    if (p == PROTOCOL_IMAP4S)
        return offer_is_atom(word);
    return offer_is_keyword(key) && (key.n == word.n || offer_parameters_valid(parameters));
}

enum offer_kind offer_kind(enum protocol p, struct span word)
{
    struct span parameters, key = offer_key(p, word, &parameters);

    if (!offer_valid(p, word))
        return OFFER_INVALID;
    if (OFFER_IN(ours[p], key))
        return OFFER_OURS;
    return OFFER_IN(always[p], key) ? OFFER_ALWAYS : OFFER_GOOD;
}

bool offer_has(struct span list, enum protocol p, struct span word)
{
    struct span unused, key = offer_key(p, word, &unused);

    while (list.n > 0)
        if (span_ieq(offer_key(p, span_cut(&list, ' '), &unused), key))
            return true;
    return false;
}

static size_t offer_count(struct span list)
{
    size_t n = list.n > 0;

    for (size_t i = 0; i < list.n; i++)
        n += list.p[i] == ' ';
    return n;
}

void offer_add(struct buf *list, enum protocol p, struct span word)
{
    struct span had = buf_span(list);
    size_t need = word.n + (had.n > 0);

    if (offer_kind(p, word) != OFFER_GOOD || offer_has(had, p, word) ||
        offer_count(had) >= LIMIT_OFFER_WORDS || had.n > LIMIT_OFFER ||
        need > LIMIT_OFFER - had.n || need > buf_room(list))
        return;
    if (had.n > 0)
        buf_putc(list, ' ');
    buf_put(list, word);
}

void offer_clean(struct buf *list, enum protocol p, struct span words)
{
    while (words.n > 0)
        offer_add(list, p, span_cut(&words, ' '));
}

/* A parameter with a comma has no form here; then the whole word has none. */
void offer_take(struct buf *list, enum protocol p, struct span capability)
{
    char room[LIMIT_OFFER];
    struct buf word = BUF(room);
    struct span rest = span_trim(capability), keyword;

    if (p == PROTOCOL_IMAP4S) {
        offer_add(list, p, rest);
        return;
    }
    if (span_find(rest, ',') != SPAN_NOT_FOUND)
        return;
    keyword = span_cut(&rest, ' ');
    if (!offer_is_keyword(keyword))
        return;
    buf_put(&word, keyword);
    for (char before = '='; rest.n > 0;) {
        struct span parameter = span_cut(&rest, ' ');
        if (parameter.n == 0)
            continue;
        buf_putc(&word, before);
        buf_put(&word, parameter);
        before = ',';
    }
    if (!word.overflow)
        offer_add(list, p, buf_span(&word));
}

void offer_put(struct buf *out, enum protocol p, struct span word)
{
    struct span parameters;

    buf_put(out, offer_key(p, word, &parameters));
    while (parameters.n > 0) {
        buf_putc(out, ' ');
        buf_put(out, span_cut(&parameters, ','));
    }
}
