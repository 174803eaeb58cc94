/* SPDX-License-Identifier: ISC */
/* Unit tests of LDAP authentication: which answers of the server are yes, no and trouble, and which
 * requests are made, down to the last one before a failure. */
#include "ldap_bed.h"

#include <poll.h>
#include <sys/wait.h>

#include "aaa.h"
#include "class.h"
#include "clock.h"
#include "ldap_client.h"

enum how {
    ANONYMOUS = 1,
    AUTHORIZE = 2,
    STARTTLS = 4,
    NO_PASSWORD = 8,
    NAME_IN_BASE = 16,
    BRIEF = 32
};

struct row {
    const char *name;
    unsigned how; /* BRIEF: the server falls silent, and the time is over soon */
    struct say says[8];
    enum aaa_outcome outcome;
    const char *what;  /* AAA_YES: the group policy; else how the reason ends */
    const char *heard; /* B: the proxy's bind, S, P: the user's bind, U: unbind, X: StartTLS */
};

#define FOUND BIND(0), ENTRY(JO, "Staff"), DONE(0) /* bind-dn is right, and finds the user */

/* What comes of a row. */
#define YES         AAA_YES, "Staff"
#define NO(text)    AAA_NO, (text)
#define UNFIT       AAA_UNFIT, "the server names an invalid group policy: " CLASS_EXPECTED
#define FAILS(text) AAA_TEMPORARY, (text)

/* clang-format off */
static const struct row rows[] = {
{"yes", 0, {FOUND, BIND(0)}, YES, "BSPU"},
{"yes, without a bind-dn", ANONYMOUS, {ENTRY(JO, "Staff"), DONE(0), BIND(0)}, YES, "SPU"},
{"authorization only searches", AUTHORIZE, {FOUND}, YES, "BSU"},
{"references are left alone", 0,
 {BIND(0), REFERENCE, ENTRY(JO, "Staff"), REFERENCE, DONE(0), BIND(0)}, YES, "BSPU"},
{"a message with another number is nobody's", 0,
 {BIND(0), {SAY_RESULT, TAG_BIND, 0, SPAN(""), SPAN_NONE, 3}, ENTRY(JO, "Staff"), DONE(0),
  BIND(49)},
 NO("wrong password"), "BSPU"},

{"a wrong password", 0, {FOUND, BIND(49)}, NO("wrong password"), "BSPU"},
{"a locked account", 0,
 {FOUND, BIND_TEXT(49, "comment: x, data 775, v1")}, NO("the account is locked"), "BSPU"},
{"an unwilling server", 0,
 {FOUND, BIND(53)}, NO("the server is unwilling: such as a locked account"), "BSPU"},
{"no entry: a bind all the same", 0, {BIND(0), DONE(0), BIND(49)}, NO("unknown user"), "BSPU"},
{"no entry, and a yes to that bind", 0, {BIND(0), DONE(0), BIND(0)}, NO("unknown user"), "BSPU"},
{"no entry, and trouble with that bind", 0,
 {BIND(0), DONE(0), BIND(51)}, NO("unknown user"), "BSPU"},
{"no entry, and no answer to that bind", 0,
 {BIND(0), DONE(0), HANG_UP}, NO("unknown user"), "BSP"},
{"no entry for authorization", AUTHORIZE, {BIND(0), DONE(0)}, NO("unknown user"), "BSU"},
{"two entries", 0,
 {BIND(0), ENTRY(JO, "Staff"), ENTRY("uid=jo,dc=other", "Staff"), DONE(0), BIND(49)},
 NO("several entries match the filter: whose password would be meant?"), "BSPU"},
{"two entries and more", 0,
 {BIND(0), ENTRY(JO, "Staff"), ENTRY("uid=jo,dc=other", "Staff"), DONE(4), BIND(49)},
 NO("several entries match the filter: whose password would be meant?"), "BSPU"},
{"one entry of more", 0,
 {BIND(0), ENTRY(JO, "Staff"), DONE(4), BIND(49)},
 NO("several entries match the filter: whose password would be meant?"), "BSPU"},
{"no base for this user", NAME_IN_BASE,
 {BIND(0), DONE(32), BIND(49)}, NO("unknown user"), "BSPU"},
{"an empty password", NO_PASSWORD, {FOUND}, NO("an empty password"), "BSU"},
{"an empty password, and no entry", NO_PASSWORD, {BIND(0), DONE(0)}, NO("unknown user"), "BSU"},
{"no name for a group policy", 0,
 {BIND(0), ENTRY(JO, ""), DONE(0), BIND(0)},
 UNFIT, "BSPU"},
{"a NUL in it", 0,
 {BIND(0), ENTRY(JO, "Sta\0ff"), DONE(0), BIND(0)},
 UNFIT, "BSPU"},
{"too long for it", 0,
 {BIND(0), LONG(LIMIT_LDAP_LINE, LIMIT_LDAP_LINE), DONE(0), BIND(0)},
 UNFIT, "BSPU"},

{"bind-dn refused: the user isn't", 0,
 {BIND(49)}, FAILS("it refuses bind-dn with bind-password: Invalid credentials"), "BU"},
{"bind-dn: busy", 0,
 {BIND_TEXT(51, "come back later")}, FAILS("bind-dn: Server is busy: come back later"), "BU"},
{"bind-dn: unwilling", 0, {BIND(53)}, FAILS("bind-dn: Server is unwilling to perform"), "BU"},
{"no such base", 0, {BIND(0), DONE(32)}, FAILS("search: No such object"), "BSU"},
{"a referral", 0, {BIND(0), DONE(10)}, FAILS("search: Referral"), "BSU"},
{"a referral behind an entry", 0,
 {BIND(0), ENTRY(JO, "Staff"), DONE(10)}, FAILS("search: Referral"), "BSU"},
{"the time limit", 0,
 {BIND(0), ENTRY(JO, "Staff"), DONE(3)}, FAILS("search: Time limit exceeded"), "BSU"},
{"the size limit, and nothing", 0,
 {BIND(0), DONE(4)}, FAILS("search: Size limit exceeded"), "BSU"},
{"no right to search", 0, {BIND(0), DONE(50)}, FAILS("search: Insufficient access"), "BSU"},
{"the user's bind: busy", 0, {FOUND, BIND(51)}, FAILS("the user's bind: Server is busy"), "BSPU"},
{"the user's bind: unavailable", 0,
 {FOUND, BIND(52)}, FAILS("the user's bind: Server is unavailable"), "BSPU"},
{"the user's bind: other", 0, {FOUND, BIND(80)}, FAILS("implementation specific) error"), "BSPU"},
{"the user's bind: referral", 0, {FOUND, BIND(10)}, FAILS("the user's bind: Referral"), "BSPU"},
{"the user's bind: TLS wanted", 0,
 {FOUND, BIND(13)}, FAILS("the user's bind: Confidentiality required"), "BSPU"},

{"an entry without a DN", 0,
 {BIND(0), ENTRY("", "Staff"), DONE(0)},
 FAILS("an entry without a DN, or with one of more than 4096 octets"), "BSU"},
{"a NUL in the DN", 0,
 {BIND(0), ENTRY("uid=jo\0,dc=test", "Staff"), DONE(0)},
 FAILS("an entry without a DN, or with one of more than 4096 octets"), "BSU"},
{"a DN that is too long", 0,
 {BIND(0), LONG(LIMIT_LDAP_LINE + 1, 1), DONE(0)},
 FAILS("an entry without a DN, or with one of more than 4096 octets"), "BSU"},
{"a value that is too long", 0,
 {BIND(0), LONG(1, LIMIT_LDAP_LINE + 1), DONE(0)},
 FAILS("a value of more than 4096 octets"), "BSU"},
{"an entry that is cut", 0,
 {BIND(0), BYTES("\x30\x09\x02\x01\x02\x64\x04\x04\x09uid")},
 FAILS("an entry that can't be read"), "BSU"},
{"an attribute that is cut", 0,
 {BIND(0), BYTES("\x30\x10\x02\x01\x02\x64\x0b\x04\x01x\x30\x06\x30\x04\x04\x09ou")},
 FAILS("an entry that can't be read"), "BSU"},
{"a message that is too large", 0,
 {BIND(0), BYTES("\x30\x84\x7f\xff\xff\xff")}, FAILS("an answer that isn't LDAP"), "BS"},
{"another kind of answer to a bind", 0, {DONE(0)}, FAILS("an answer to another question"), "BU"},
{"another kind of answer to a search", 0,
 {BIND(0), BIND(0)}, FAILS("an answer to another question"), "BSU"},
{"another one behind the entry", 0,
 {BIND(0), ENTRY(JO, "Staff"), EXTENDED(0)}, FAILS("an answer to another question"), "BSU"},
{"not LDAP", 0,
 {BYTES("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n"
        "Content-Length: 12\r\n\r\nBad request.")},
 FAILS("an answer that isn't LDAP"), "B"},

{"closed at once", 0, {CLOSE}, FAILS(NULL), ""},
{"closed behind the proxy's bind", 0, {HANG_UP}, FAILS("the server closed the connection"), "B"},
{"closed between bind and search", 0, {BIND(0), CLOSE}, FAILS(NULL), "B"},
{"closed behind the search", 0,
 {BIND(0), HANG_UP}, FAILS("the server closed the connection"), "BS"},
{"closed behind the entry", 0,
 {BIND(0), ENTRY(JO, "Staff"), CLOSE}, FAILS("the server closed the connection"), "BS"},
{"closed in the middle of an entry", 0,
 {BIND(0), BYTES("\x30\x20\x02\x01\x02\x64\x1b\x04"), CLOSE},
 FAILS("the server closed the connection"), "BS"},
{"closed between search and bind", 0, {FOUND, CLOSE}, FAILS(NULL), "BS"},
{"closed behind the user's bind", 0,
 {FOUND, HANG_UP}, FAILS("the server closed the connection"), "BSP"},

{"silent from the start", BRIEF, {{.what = SAY_NOTHING}}, FAILS("no answer"), "BU"},
{"silent in the middle of an answer", BRIEF,
 {BYTES("\x30\x0c\x02\x01\x01\x61\x07\x0a")}, FAILS("no answer"), "B"},
{"silent behind a header", BRIEF, {BYTES("\x30\x0c")}, FAILS("no answer"), "B"},
{"silent to the search", BRIEF, {BIND(0)}, FAILS("no answer"), "BSU"},
{"silent behind the entry", BRIEF, {BIND(0), ENTRY(JO, "Staff")}, FAILS("no answer"), "BSU"},
{"silent to the user's bind", BRIEF, {FOUND}, FAILS("no answer"), "BSPU"},

{"StartTLS refused", STARTTLS,
 {EXTENDED(2)}, FAILS("StartTLS: the server refuses it: Protocol error"), "XU"},
{"StartTLS unavailable", STARTTLS,
 {EXTENDED(52)}, FAILS("StartTLS: the server refuses it: Server is unavailable"), "XU"},
{"StartTLS answered by a bind's yes", STARTTLS,
 {BIND(0)}, FAILS("StartTLS: an answer to another question"), "XU"},
{"StartTLS, and closed", STARTTLS,
 {HANG_UP}, FAILS("StartTLS: the server closed the connection"), "X"},
{"StartTLS, and silent", STARTTLS | BRIEF,
 {{.what = SAY_NOTHING}}, FAILS("StartTLS: no answer"), "XU"},
};
/* clang-format on */

static struct aaa_server server_of(const struct row *r)
{
    static char bind_dn[] = "cn=proxy,dc=test", base[] = "dc=test", in_base[] = "uid=%u,dc=test",
                filter[] = "(uid=%u)", scope[] = "subtree", none[] = "";
    bool anonymous = r->how & ANONYMOUS;

    return (struct aaa_server){.url = url,
                               .ca = none,
                               .starttls = r->how & STARTTLS,
                               .bind_dn = anonymous ? none : bind_dn,
                               .bind_password = anonymous ? none : secret_file,
                               .base = r->how & NAME_IN_BASE ? in_base : base,
                               .filter = filter,
                               .scope = scope};
}

static const char *end_of(const char *text, size_t n)
{
    return strlen(text) > n ? text + strlen(text) - n : text;
}

static void play(const struct row *r)
{
    static char attribute[] = "ou";
    struct server_group group = {.name = "LDAP", .type = GROUP_LDAP, .attribute = attribute};
    struct aaa_server server = server_of(r);
    struct aaa_question q = {.group = &group,
                             .user = SPAN("jo"),
                             .password = r->how & NO_PASSWORD ? SPAN_NONE : SPAN(PASSWORD),
                             .authorize = r->how & AUTHORIZE};
    struct aaa_answer a = {.group_policy = ""};
    uint64_t start = clock_ms(), time = r->how & BRIEF ? 1000 : 60000;
    struct pollfd second = {.fd = listener, .events = POLLIN}; /* connection: there must be none */
    enum aaa_outcome outcome;
    int status;
    pid_t pid;

    (*heard)[0] = '\0';
    fflush(NULL);
    pid = fork();
    if (pid == 0)
        serve(r->says);
    outcome = aaa_ldap(&q, &server, start + time, &a);
    assert_true(clock_ms() - start < 59000);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(poll(&second, 1, 0), 0);
    assert_int_equal(outcome, r->outcome);
    assert_string_equal(a.group_policy, outcome == AAA_YES ? r->what : "");
    if (outcome == AAA_TEMPORARY)
        assert_true(span_starts(span_str(a.why.text), SPAN("server ldap://127.0.0.1:")));
    if (outcome != AAA_YES && r->what)
        assert_string_equal(end_of(a.why.text, strlen(r->what)), r->what);
    assert_string_equal(*heard, r->heard);
}

static void dialogues(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].name);
        play(&rows[i]);
    }
}

/* Whoever asks for it: no server is asked. */
static void empty_password(void **unused)
{
    (void)unused;
    struct ldap_client c = {.stream = {.fd = -1}};
    struct ldap_answer a;
    struct err e;

    assert_int_equal(ldap_client_bind(&c, JO, SPAN_NONE, &a, &e), -1);
    assert_string_equal(e.text, "an empty password");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dialogues),
        cmocka_unit_test(empty_password),
    };
    return cmocka_run_group_tests(tests, bed_begin, bed_end);
}
