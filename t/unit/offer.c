/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/base/offer: what is announced of a mail server's capabilities. */
#include "check.h"

#include "limits.h"
#include "offer.h"

#define POP3 PROTOCOL_POP3S
#define IMAP PROTOCOL_IMAP4S
#define SMTP PROTOCOL_SMTPS

#define A50   "AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDDDDDDDDDDEEEEEEEEEE"
#define A500  A50 A50 A50 A50 A50 A50 A50 A50 A50 A50
#define A2000 A500 A500 A500 A500
#define A8000 A2000 A2000 A2000 A2000
#define A200  A50 A50 A50 A50

static void kinds(void **unused)
{
    (void)unused;
    static const struct {
        enum protocol p;
        const char *word;
        enum offer_kind kind;
    } rows[] = {
        {POP3, "TOP", OFFER_GOOD},
        {POP3, "UIDL", OFFER_GOOD},
        {POP3, "PIPELINING", OFFER_GOOD},
        {POP3, "EXPIRE=5,USER", OFFER_GOOD},
        {POP3, "LOGIN-DELAY=900", OFFER_GOOD},
        {POP3, "USER", OFFER_ALWAYS},
        {POP3, "resp-codes", OFFER_ALWAYS},
        {POP3, "AUTH-RESP-CODE", OFFER_ALWAYS},
        {POP3, "SASL=PLAIN", OFFER_OURS},
        {POP3, "STLS", OFFER_OURS},
        {POP3, "stls", OFFER_OURS},
        {POP3, "UTF8=USER", OFFER_OURS},
        {POP3, "LANG", OFFER_OURS},
        {POP3, "XCLIENT", OFFER_OURS},
        {POP3, "IMPLEMENTATION=Dovecot", OFFER_OURS},
        {IMAP, "IMAP4rev1", OFFER_GOOD},
        {IMAP, "IDLE", OFFER_GOOD},
        {IMAP, "LITERAL+", OFFER_GOOD},
        {IMAP, "THREAD=REFERENCES", OFFER_GOOD},
        {IMAP, "SASL-IR", OFFER_ALWAYS},
        {IMAP, "AUTH=PLAIN", OFFER_OURS},
        {IMAP, "auth=xoauth2", OFFER_OURS},
        {IMAP, "COMPRESS=DEFLATE", OFFER_OURS},
        {IMAP, "STARTTLS", OFFER_OURS},
        {IMAP, "LOGINDISABLED", OFFER_OURS},
        {IMAP, "LOGIN-REFERRALS", OFFER_OURS},
        {IMAP, "UNAUTHENTICATE", OFFER_OURS},
        {IMAP, "X-UNAUTHENTICATE", OFFER_OURS},
        {IMAP, "XCLIENT", OFFER_OURS},
        {IMAP, "AUTHX", OFFER_GOOD},
        {SMTP, "SIZE", OFFER_GOOD},
        {SMTP, "SIZE=10485760", OFFER_GOOD},
        {SMTP, "LIMITS=RCPTMAX=20,MAILMAX=5", OFFER_GOOD},
        {SMTP, "PIPELINING", OFFER_GOOD},
        {SMTP, "EnhancedStatusCodes", OFFER_ALWAYS},
        {SMTP, "AUTH=PLAIN,LOGIN", OFFER_OURS},
        {SMTP, "STARTTLS", OFFER_OURS},
        {SMTP, "XCLIENT=ADDR", OFFER_OURS},
        {SMTP, "XFORWARD", OFFER_OURS},
        {SMTP, "PIPECONNECT", OFFER_OURS},
        {SMTP, "X-EXPS=LOGIN", OFFER_OURS},
        {SMTP, "", OFFER_INVALID},
        {SMTP, "SIZE=", OFFER_INVALID},
        {SMTP, "SIZE=,1", OFFER_INVALID},
        {SMTP, "SIZE=1,", OFFER_INVALID},
        {SMTP, "SIZE=1,,2", OFFER_INVALID},
        {SMTP, "=1", OFFER_INVALID},
        {SMTP, "-X", OFFER_INVALID},
        {SMTP, "X_Y", OFFER_INVALID},
        {SMTP, "X\r\nY", OFFER_INVALID},
        {SMTP, "SIZE=1\r\n250-X", OFFER_INVALID},
        {SMTP, "SIZE=\xc3\xa4", OFFER_INVALID},
        {SMTP, "SIZE 1", OFFER_INVALID},
        {POP3, "TOP\n.", OFFER_INVALID},
        {IMAP, "", OFFER_INVALID},
        {IMAP, "X]", OFFER_INVALID},
        {IMAP, "X)", OFFER_INVALID},
        {IMAP, "\"X\"", OFFER_INVALID},
        {IMAP, "X{5}", OFFER_INVALID},
        {IMAP, "A B", OFFER_INVALID},
        {IMAP, "A\r\n*", OFFER_INVALID},
        {IMAP, "\xc3\xa4", OFFER_INVALID},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].word);
        assert_int_equal(offer_kind(rows[i].p, span_str(rows[i].word)), rows[i].kind);
    }
    assert_int_equal(offer_kind(SMTP, SPAN("A\0B")), OFFER_INVALID);
    assert_int_equal(offer_kind(IMAP, SPAN("A\0B")), OFFER_INVALID);
}

/* What servers write, a capability each, and the list that it becomes. */
static void lists(void **unused)
{
    (void)unused;
    static const struct {
        enum protocol p;
        const char *server[12];
        const char *list;
    } rows[] = {
        /* Dovecot 2.3, Exim 4.96 */
        {POP3,
         {"CAPA", "TOP", "UIDL", "RESP-CODES", "PIPELINING", "AUTH-RESP-CODE", "STLS", "USER",
          "SASL PLAIN LOGIN"},
         "CAPA TOP UIDL PIPELINING"},
        {IMAP,
         {"IMAP4rev1", "SASL-IR", "LOGIN-REFERRALS", "ID", "ENABLE", "IDLE", "LITERAL+", "STARTTLS",
          "AUTH=PLAIN"},
         "IMAP4rev1 ID ENABLE IDLE LITERAL+"},
        {SMTP,
         {"SIZE 104857600", "8BITMIME", "PIPELINING", "PIPECONNECT", "AUTH PLAIN LOGIN", "CHUNKING",
          "STARTTLS", "HELP"},
         "SIZE=104857600 8BITMIME PIPELINING CHUNKING HELP"},
        {POP3, {"EXPIRE 5 USER", "IMPLEMENTATION x y"}, "EXPIRE=5,USER"},
        {SMTP, {"LIMITS  RCPTMAX=20 MAILMAX=5 ", "DSN "}, "LIMITS=RCPTMAX=20,MAILMAX=5 DSN"},
        {SMTP, {"SIZE 1", "size 2", "SIZE"}, "SIZE=1"},
        {IMAP, {"IDLE", "idle", "THREAD=A", "THREAD=B"}, "IDLE THREAD=A THREAD=B"},
        {SMTP, {"X a,b", "AUTH=PLAIN LOGIN", "X-Y=1 2", "X\xc3", "", "DSN"}, "DSN"},
        {SMTP, {A8000 A200}, ""},
        {SMTP, {"DSN", A8000, A200, "HELP"}, "DSN " A8000 " HELP"},
    };
    char room[LIMIT_OFFER];

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct buf list = BUF(room);
        ROW(i, rows[i].list);
        for (size_t j = 0; j < ROWS(rows[i].server) && rows[i].server[j]; j++)
            offer_take(&list, rows[i].p, span_str(rows[i].server[j]));
        assert_int_equal(list.len, strlen(rows[i].list));
        assert_memory_equal(list.p, rows[i].list, list.len);
        assert_false(list.overflow);
    }
}

/* A list that a filter gone bad, or a damaged file, gives. */
static void cleaned(void **unused)
{
    (void)unused;
    static const struct {
        enum protocol p;
        const char *words, *list;
    } rows[] = {
        {IMAP, "IDLE  AUTH=PLAIN ENABLE\r\n* BYE", "IDLE BYE"},
        {IMAP, " IDLE ] MOVE \x01 LOGINDISABLED", "IDLE MOVE"},
        {SMTP, "SIZE=1 STARTTLS SIZE=2 DSN\n250 X 8BITMIME", "SIZE=1 X 8BITMIME"},
        {POP3, "TOP . UIDL STLS", "TOP UIDL"},
        {POP3, "", ""},
    };
    char room[LIMIT_OFFER];

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct buf list = BUF(room);
        ROW(i, rows[i].words);
        offer_clean(&list, rows[i].p, span_str(rows[i].words));
        assert_int_equal(list.len, strlen(rows[i].list));
        assert_memory_equal(list.p, rows[i].list, list.len);
    }
}

static void words_are_limited(void **unused)
{
    (void)unused;
    char room[2 * LIMIT_OFFER], word[16];
    struct buf list = BUF(room);
    unsigned n = 0;

    for (unsigned i = 0; i < 2 * LIMIT_OFFER_WORDS; i++) {
        snprintf(word, sizeof word, "X%u", i);
        offer_add(&list, IMAP, span_str(word));
    }
    for (struct span rest = buf_span(&list); rest.n > 0; n++)
        span_cut(&rest, ' ');
    assert_int_equal(n, LIMIT_OFFER_WORDS);

    /* The room is larger than the limit. */
    buf_clear(&list);
    offer_add(&list, IMAP, SPAN(A8000));
    offer_add(&list, IMAP, SPAN(A200 "X"));
    assert_int_equal(list.len, 8000);
    offer_add(&list, IMAP, SPAN(A50 A50 A50 "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNO"));
    assert_int_equal(list.len, LIMIT_OFFER);
    offer_add(&list, IMAP, SPAN("X"));
    assert_int_equal(list.len, LIMIT_OFFER);
}

static void written(void **unused)
{
    (void)unused;
    static const struct {
        enum protocol p;
        const char *word, *line;
    } rows[] = {
        {SMTP, "SIZE=10485760", "SIZE 10485760"},
        {SMTP, "LIMITS=RCPTMAX=20,MAILMAX=5", "LIMITS RCPTMAX=20 MAILMAX=5"},
        {SMTP, "DSN", "DSN"},
        {POP3, "EXPIRE=5,USER", "EXPIRE 5 USER"},
        {IMAP, "THREAD=A", "THREAD=A"},
    };
    char room[64];

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct buf out = BUF(room);
        ROW(i, rows[i].word);
        offer_put(&out, rows[i].p, span_str(rows[i].word));
        assert_true(span_eq(buf_span(&out), span_str(rows[i].line)));
    }
}

static void found(void **unused)
{
    (void)unused;
    assert_true(offer_has(SPAN("DSN SIZE=1"), SMTP, SPAN("size=2")));
    assert_true(offer_has(SPAN("DSN SIZE"), SMTP, SPAN("SIZE")));
    assert_false(offer_has(SPAN("DSN SIZE=1"), SMTP, SPAN("SIZ")));
    assert_true(offer_has(SPAN("A THREAD=X"), IMAP, SPAN("thread=x")));
    assert_false(offer_has(SPAN("A THREAD=X"), IMAP, SPAN("THREAD=Y")));
    assert_false(offer_has(SPAN_NONE, IMAP, SPAN("A")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds),   cmocka_unit_test(lists),
        cmocka_unit_test(cleaned), cmocka_unit_test(words_are_limited),
        cmocka_unit_test(written), cmocka_unit_test(found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
