/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/log: the text of a line, and its fields in the journal. t/e2e tests the rest. */
#include "check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "asa_message.h"
#include "journal.h"
#include "log.h"

static void values_are_escaped(void **unused)
{
    (void)unused;
    static const struct {
        struct span value;
        const char *line;
    } rows[] = {
        {SPAN("jo"), "event=x v=jo"},
        {SPAN("jo@example.org"), "event=x v=jo@example.org"},
        {SPAN(""), "event=x v=\"\""},
        {SPAN("a b"), "event=x v=\"a b\""},
        {SPAN("a=\"b\"\\"), "event=x v=\"a=\\x22b\\x22\\x5c\""},
        {SPAN("a\r\nevent=y"), "event=x v=\"a\\x0d\\x0aevent=y\""},
        {SPAN("\0\x7f"), "event=x v=\"\\x00\\x7f\""},
        {SPAN("\xc3\xa4"), "event=x v=\"\xc3\xa4\""},
        {SPAN("\xc3"), "event=x v=\"\\xc3\""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct log_line l;
        log_start(&l, LOG_INFO, "x");
        log_text(&l, "v", rows[i].value);
        l.text[l.len] = '\0';
        assert_string_equal(l.text, rows[i].line);
    }
}

#define ABOUT(line)                                                                                \
    "PRIORITY=5\nSYSLOG_FACILITY=2\nSYSLOG_IDENTIFIER=mailwicket\nMESSAGE=" line "\n"

static void a_key_is_a_field(void **unused)
{
    (void)unused;
    static const struct {
        const char *line, *fields;
    } rows[] = {
        {"event=x", "MAILWICKET_EVENT=x\n"},
        {"event=x mail-user=jo id=7",
         "MAILWICKET_EVENT=x\nMAILWICKET_MAIL_USER=jo\nMAILWICKET_ID=7\n"},
        {"event=x reason=\"a b=c d\" id=7",
         "MAILWICKET_EVENT=x\nMAILWICKET_REASON=a b=c d\nMAILWICKET_ID=7\n"},
        {"event=x login=\"\" user=jo=x",
         "MAILWICKET_EVENT=x\nMAILWICKET_LOGIN=\nMAILWICKET_USER=jo=x\n"},
        {"event=x login=\"\\x0aMESSAGE=y\"",
         "MAILWICKET_EVENT=x\nMAILWICKET_LOGIN=\\x0aMESSAGE=y\n"},
        {"event=x client=10.0.0.1 client=10.0.0.2",
         "MAILWICKET_EVENT=x\nMAILWICKET_CLIENT=10.0.0.1\nMAILWICKET_CLIENT=10.0.0.2\n"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char room[JOURNAL_MAX], expected[JOURNAL_MAX];
        struct buf out = BUF(room);

        snprintf(expected, sizeof expected, ABOUT("%s") "%s", rows[i].line, rows[i].fields);
        journal_encode(&out, span_str(rows[i].line), strlen(rows[i].line), LOG_NOTICE, LOG_MAIL,
                       "mailwicket");
        assert_int_equal(out.len, strlen(expected));
        assert_memory_equal(room, expected, out.len);
    }
}

/* Each line is cut where the bar stands; the keys after it are whole. */
static void a_cut_value_is_no_field(void **unused)
{
    (void)unused;
    static const char *const lines[] = {
        "event=x| asa=719023 cut=yes",
        "event=x | asa=719023 cut=yes",
        "event=x login| asa=719023 cut=yes",
        "event=x login=| asa=719023 cut=yes",
        "event=x login=\"| asa=719023 cut=yes",
        "event=x login=\"a b| asa=719023 cut=yes",
        "event=x login=\"a=| asa=719023 cut=yes",
    };
    static const char fields[] = "MAILWICKET_EVENT=x\nMAILWICKET_ASA=719023\nMAILWICKET_CUT=yes\n";

    for (size_t i = 0; i < ROWS(lines); i++) {
        char room[JOURNAL_MAX], expected[JOURNAL_MAX], line[64];
        struct buf out = BUF(room);
        struct span tail = span_str(lines[i]), body = span_cut(&tail, '|');

        snprintf(line, sizeof line, "%.*s%.*s", SPAN_FMT(body), SPAN_FMT(tail));
        snprintf(expected, sizeof expected, ABOUT("%s") "%s", line, fields);
        journal_encode(&out, span_str(line), body.n, LOG_NOTICE, LOG_MAIL, "mailwicket");
        assert_int_equal(out.len, strlen(expected));
        assert_memory_equal(room, expected, out.len);
    }
}

static void fields_that_do_not_fit_are_left_out(void **unused)
{
    (void)unused;
    static const char line[] = "event=x login=alice user=bob",
                      all[] = ABOUT(
                          "event=x login=alice user=bob") "MAILWICKET_EVENT=x\nMAILWICKET_LOGIN="
                                                          "alice\nMAILWICKET_USER=bob\n";
    const size_t message = sizeof ABOUT("event=x login=alice user=bob") - 1;

    for (size_t room = 0; room < sizeof all; room++) {
        char *storage = malloc(room + 1);
        struct buf out = buf_on(storage, room);

        journal_encode(&out, span_str(line), sizeof line - 1, LOG_NOTICE, LOG_MAIL, "mailwicket");
        assert_true(out.len <= room && (out.len == 0) == (room < message));
        assert_memory_equal(storage, all, out.len);
        assert_true(out.len == 0 || storage[out.len - 1] == '\n');
        free(storage);
    }
}

static void long_lines_are_cut(void **unused)
{
    (void)unused;
    struct log_line l;
    static char value[3 * LOG_LINE_MAX];

    memset(value, '\n', sizeof value);
    log_start(&l, LOG_INFO, "x");
    log_text(&l, "v", span_of(value, sizeof value));
    log_num(&l, "n", 7);
    assert_true(l.cut && l.len < LOG_LINE_MAX - 19);
}

static void the_appliance_numbers_its_messages(void **unused)
{
    (void)unused;
    static const struct {
        const char *event, *cause;
        unsigned number;
    } rows[] = {
        {"not-authenticated", NULL, 719023},
        {"ended", NULL, 719003},
        {"ended", "client-closed", 719003},
        {"ended", "idle-timeout", 719003},
        {"ended", "client-lost", 719002},
        {"ended", "server-lost", 719002},
        {"ended", "tls-fault", 719002},
        {"ended", "lost", 719002},
        {"evicted", NULL, 0},
        {"not-authenticated", "lost", 719023},
        {"", NULL, 0},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_int_equal(asa_message(rows[i].event, rows[i].cause), rows[i].number);
}

/* A journal of our own, and standard error in a file. */
struct bed {
    char directory[32], path[64];
    int journal, saved_stderr;
    FILE *lines;
};

static void open_bed(struct bed *b)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};

    snprintf(b->directory, sizeof b->directory, "%s", "/tmp/mw-log-XXXXXX");
    assert_non_null(mkdtemp(b->directory));
    snprintf(b->path, sizeof b->path, "%s/socket", b->directory);
    memcpy(a.sun_path, b->path, sizeof b->path);
    b->journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(b->journal, (struct sockaddr *)&a, sizeof a), 0);
    b->saved_stderr = dup(2);
    b->lines = tmpfile();
    assert_non_null(b->lines);
    dup2(fileno(b->lines), 2);
    log_open_sink("mailwicket", LOG_TO_STDERR, LOG_MAIL, LOG_INFO);
    log_open_journal(b->path);
}

static void close_bed(struct bed *b)
{
    dup2(b->saved_stderr, 2);
    close(b->saved_stderr);
    fclose(b->lines);
    close(b->journal);
    unlink(b->path);
    rmdir(b->directory);
    log_close();
    log_open_sink("mailwicket", LOG_TO_NOWHERE, LOG_MAIL, LOG_INFO);
}

static void expect_entry(const struct bed *b, const char *event)
{
    char got[JOURNAL_MAX], expected[JOURNAL_MAX];
    ssize_t n = recv(b->journal, got, sizeof got, 0);

    snprintf(expected, sizeof expected,
             ABOUT("event=%s reason=why") "MAILWICKET_EVENT=%s\nMAILWICKET_REASON=why\n", event,
             event);
    assert_int_equal(n, strlen(expected));
    assert_memory_equal(got, expected, (size_t)n);
}

static void expect_lines(const struct bed *b, const char *expected)
{
    char got[JOURNAL_MAX];
    ssize_t n = pread(fileno(b->lines), got, sizeof got - 1, 0);

    assert_true(n >= 0);
    got[n] = '\0';
    assert_string_equal(got, expected);
}

static void the_journal_gets_each_line(void **unused)
{
    (void)unused;
    struct bed b;

    open_bed(&b);
    log_say(LOG_NOTICE, "one", "why");
    expect_entry(&b, "one");
    log_say(LOG_DEBUG, "above-the-level", "why");
    log_reopen();
    log_say(LOG_NOTICE, "two", "why");
    expect_entry(&b, "two");
    expect_lines(&b, "");
    close_bed(&b);
}

static void a_line_ends_with_the_number(void **unused)
{
    (void)unused;
    static char value[2 * LOG_LINE_MAX];
    char got[2 * LOG_LINE_MAX];
    struct log_line l;
    struct bed b;

    open_bed(&b);
    log_close();
    log_say(LOG_NOTICE, "dns-failed", "why");
    log_start(&l, LOG_NOTICE, "dns-failed");
    log_asa(&l, 0);
    log_send(&l);
    expect_lines(&b, "<5>event=dns-failed reason=why asa=719025\n<5>event=dns-failed\n");
    memset(value, '"', sizeof value);
    log_start(&l, LOG_NOTICE, "dns-failed");
    log_text(&l, "login", span_of(value, sizeof value));
    log_send(&l);
    ssize_t n = pread(fileno(b.lines), got, sizeof got, 0);
    assert_true(n < LOG_LINE_MAX + 100 && got[n - 1] == '\n');
    assert_true(span_iends(span_of(got, (size_t)n), SPAN("\\x22 asa=719025 cut=yes\n")));
    close_bed(&b);
}

static void without_the_journal_lines_go_on(void **unused)
{
    (void)unused;
    struct bed b;

    open_bed(&b);
    log_close();
    log_say(LOG_NOTICE, "closed", "why");
    log_reopen();
    log_say(LOG_NOTICE, "again", "why");
    expect_entry(&b, "again");
    close(b.journal); /* journald's socket is gone */
    log_say(LOG_NOTICE, "gone", "why");
    log_open_journal(b.path);
    log_say(LOG_NOTICE, "dead", "why");
    log_open_journal("/nonexistent");
    log_say(LOG_NOTICE, "missing", "why");
    expect_lines(&b, "<5>event=closed reason=why\n<5>event=gone reason=why\n"
                     "<5>event=dead reason=why\n<5>event=missing reason=why\n");
    b.journal = dup(2);
    close_bed(&b);
}

/* A process that has arranged its descriptors must not log into one of them. */
static void a_closed_log_writes_to_no_stranger(void **unused)
{
    (void)unused;
    struct bed b;
    int lowest, pair[2];

    open_bed(&b);
    lowest = dup(2);
    close(lowest);
    log_close(); /* frees a number below lowest */
    assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair), 0);
    assert_true(pair[0] < lowest);
    log_say(LOG_NOTICE, "x", "why");
    assert_true(recv(pair[1], &(char){0}, 1, 0) < 0);
    expect_lines(&b, "<5>event=x reason=why\n");
    close(pair[0]);
    close(pair[1]);
    close_bed(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_escaped),
        cmocka_unit_test(a_key_is_a_field),
        cmocka_unit_test(a_cut_value_is_no_field),
        cmocka_unit_test(the_appliance_numbers_its_messages),
        cmocka_unit_test(a_line_ends_with_the_number),
        cmocka_unit_test(fields_that_do_not_fit_are_left_out),
        cmocka_unit_test(long_lines_are_cut),
        cmocka_unit_test(the_journal_gets_each_line),
        cmocka_unit_test(without_the_journal_lines_go_on),
        cmocka_unit_test(a_closed_log_writes_to_no_stranger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
