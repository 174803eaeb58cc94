/* SPDX-License-Identifier: ISC */
/* Unit tests of LDAP authentication against a server that says what a row tells it to: which answers
 * are yes, no and trouble, and which requests are made, down to the last one before a failure. */
#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aaa.h"
#include "buf.h"
#include "clock.h"
#include "ldap_client.h"

#define SECRET   "the proxy's own"
#define PASSWORD "the user's own"
#define JO       "uid=jo,dc=test"

#define NEVER_DEREF "\x0a\x01\x00" /* RFC 4511 section 4.5.1 */

/* --- the server ---------------------------------------------------------------------------------*/

enum {
    TAG_BIND = 0x61,
    TAG_ENTRY = 0x64,
    TAG_DONE = 0x65,
    TAG_REFERENCE = 0x73,
    TAG_EXTENDED = 0x78
};

struct say {
    enum {
        SAY_NOTHING = 0, /* the end of the row: reads until the client closes */
        SAY_RESULT,      /* with code and text; ends the answer to a request */
        SAY_ENTRY,       /* text is the DN; the attribute is ou */
        SAY_REFERENCE,
        SAY_BYTES,  /* text as it is */
        SAY_CLOSE,  /* closes without reading a request */
        SAY_HANG_UP /* reads a request, then closes */
    } what;
    unsigned char tag, code;
    struct span text, value;
    unsigned char id; /* that of the request, or this */
};

#define BIND(n)                                                                                    \
    {                                                                                              \
        SAY_RESULT, TAG_BIND, (n), SPAN(""), SPAN_NONE, 0                                          \
    }
#define BIND_TEXT(n, t)                                                                            \
    {                                                                                              \
        SAY_RESULT, TAG_BIND, (n), SPAN(t), SPAN_NONE, 0                                           \
    }
#define DONE(n)                                                                                    \
    {                                                                                              \
        SAY_RESULT, TAG_DONE, (n), SPAN(""), SPAN_NONE, 0                                          \
    }
#define EXTENDED(n)                                                                                \
    {                                                                                              \
        SAY_RESULT, TAG_EXTENDED, (n), SPAN(""), SPAN_NONE, 0                                      \
    }
#define ENTRY(dn, value)                                                                           \
    {                                                                                              \
        SAY_ENTRY, TAG_ENTRY, 0, SPAN(dn), SPAN(value), 0                                          \
    }
#define LONG(dn, value)                                                                            \
    {                                                                                              \
        SAY_ENTRY, TAG_ENTRY, 0, {long_text, (dn)}, {long_text, (value)}, 0                        \
    }
#define REFERENCE                                                                                  \
    {                                                                                              \
        SAY_REFERENCE, TAG_REFERENCE, 0, SPAN_NONE, SPAN_NONE, 0                                   \
    }
#define BYTES(t)                                                                                   \
    {                                                                                              \
        SAY_BYTES, 0, 0, SPAN(t), SPAN_NONE, 0                                                     \
    }
#define CLOSE                                                                                      \
    {                                                                                              \
        SAY_CLOSE, 0, 0, SPAN_NONE, SPAN_NONE, 0                                                   \
    }
#define HANG_UP                                                                                    \
    {                                                                                              \
        SAY_HANG_UP, 0, 0, SPAN_NONE, SPAN_NONE, 0                                                 \
    }

static char long_text[LIMIT_LDAP_LINE + 2];
static int listener;
static char url[64];
static char (*heard)[16]; /* shared with the server's process: a letter for each request */

static void put(struct buf *out, int tag, struct span value)
{
    buf_putc(out, (char)tag);
    buf_putc(out, '\x82');
    buf_putc(out, (char)(value.n >> 8));
    buf_putc(out, (char)value.n);
    buf_put(out, value);
}

static void put_result(struct buf *out, const struct say *s)
{
    char room[64];
    struct buf referral = BUF(room);

    put(out, 0x0a, span_of(&s->code, 1));
    put(out, 0x04, SPAN_NONE);
    put(out, 0x04, s->text);
    put(&referral, 0x04, span_str(url));
    if (s->code == 10)
        put(out, 0xa3, buf_span(&referral));
}

static void put_entry(struct buf *out, const struct say *s)
{
    static char rooms[3][2 * LIMIT_LDAP_LINE];
    struct buf values = BUF(rooms[0]), attribute = BUF(rooms[1]), attributes = BUF(rooms[2]);

    put(&values, 0x04, s->value);
    put(&attribute, 0x04, SPAN("ou"));
    put(&attribute, 0x31, buf_span(&values));
    put(&attributes, 0x30, buf_span(&attribute));
    put(out, 0x04, s->text);
    put(out, 0x30, buf_span(&attributes));
}

static void say(int fd, const struct say *s, unsigned char id)
{
    static char rooms[3][4 * LIMIT_LDAP_LINE];
    struct buf op = BUF(rooms[0]), message = BUF(rooms[1]), all = BUF(rooms[2]);

    if (s->what == SAY_RESULT)
        put_result(&op, s);
    else if (s->what == SAY_ENTRY)
        put_entry(&op, s);
    else
        put(&op, 0x04, span_str(url));
    put(&message, 0x02, span_of(s->id ? &s->id : &id, 1));
    put(&message, s->tag, buf_span(&op));
    put(&all, 0x30, buf_span(&message));
    struct span bytes = s->what == SAY_BYTES ? s->text : buf_span(&all);
    if (send(fd, bytes.p, bytes.n, MSG_NOSIGNAL) < 0)
        _exit(1);
}

static bool holds(struct span all, struct span part)
{
    while (all.n > 0 && !span_starts(all, part))
        all = span_tail(all, 1);
    return all.n > 0;
}

/* Octets of the header of the message that begins with these n, or 2; and *all of the message. */
static size_t header(const unsigned char *p, size_t n, size_t *all)
{
    size_t head = n >= 2 && p[1] > 0x80 ? 2 + (p[1] & 15u) : 2, size = n >= 2 ? p[1] : 0;

    if (head > 2)
        size = 0;
    for (size_t i = 2; i < head && i < n; i++)
        size = size << 8 | p[i];
    *all = n < head ? head : head + size;
    return head;
}

/* Reads a request: 30 LENGTH 02 01 ID OPERATION ... Returns its ID, or 0 where there is none. */
static unsigned char read_request(int fd)
{
    static unsigned char room[4 * LIMIT_LDAP_LINE];
    size_t n = 0, all = 2, head = 2;
    struct span request;
    char letter;

    while (n < all) {
        ssize_t got = all <= sizeof room ? recv(fd, room + n, all - n, 0) : 0;
        if (got <= 0)
            return 0;
        n += (size_t)got;
        head = header(room, n, &all);
    }
    request = span_of(room, n);
    letter = room[head + 3] == 0x60   ? 'B'
             : room[head + 3] == 0x63 ? 'S'
             : room[head + 3] == 0x77 ? 'X'
             : room[head + 3] == 0x42 ? 'U'
                                      : '?';
    if (letter == 'B' && holds(request, SPAN(PASSWORD)))
        letter = 'P';
    else if ((letter == 'B' && !holds(request, SPAN(SECRET))) ||
             (letter == 'S' && !holds(request, SPAN(NEVER_DEREF "\x02\x01\x02")))) /* sizeLimit */
        letter = '?';
    strncat(*heard, (char[]){letter, '\0'}, sizeof *heard - strlen(*heard) - 1);
    return room[head + 2];
}

/* One connection, in a process of its own. */
static _Noreturn void serve(const struct say *s)
{
    int fd;
    unsigned char id = 0;

    alarm(110); /* a question that goes on behind its deadline */
    fd = accept(listener, NULL, NULL);
    for (; s->what != SAY_NOTHING; s++) {
        if (s->what == SAY_CLOSE)
            _exit(0);
        if (id == 0 && !(id = read_request(fd)))
            _exit(0);
        if (s->what == SAY_HANG_UP)
            _exit(0);
        say(fd, s, id);
        if (s->what == SAY_RESULT && !s->id)
            id = 0;
    }
    while (read_request(fd))
        ;
    _exit(0);
}

/* --- rows ---------------------------------------------------------------------------------------*/

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

#define SERVER ": "

/* clang-format off */
static const struct row rows[] = {
{"yes", 0, {BIND(0), ENTRY(JO, "Staff"), DONE(0), BIND(0)}, AAA_YES, "Staff", "BSPU"},
{"yes, without a bind-dn", ANONYMOUS, {ENTRY(JO, "Staff"), DONE(0), BIND(0)}, AAA_YES, "Staff", "SPU"},
{"authorization only searches", AUTHORIZE, {BIND(0), ENTRY(JO, "Staff"), DONE(0)}, AAA_YES, "Staff", "BSU"},
{"references are left alone", 0, {BIND(0), REFERENCE, ENTRY(JO, "Staff"), REFERENCE, DONE(0), BIND(0)}, AAA_YES, "Staff", "BSPU"},
{"a message with another number is nobody's", 0,
 {BIND(0), {SAY_RESULT, TAG_BIND, 0, SPAN(""), SPAN_NONE, 3}, ENTRY(JO, "Staff"), DONE(0), BIND(49)}, AAA_NO, "wrong password", "BSPU"},

{"a wrong password", 0, {BIND(0), ENTRY(JO, "Staff"), DONE(0), BIND(49)}, AAA_NO, "wrong password", "BSPU"},
{"a locked account", 0, {BIND(0), ENTRY(JO, "Staff"), DONE(0), BIND_TEXT(49, "comment: x, data 775, v1")}, AAA_NO, "the account is locked", "BSPU"},
{"an unwilling server", 0, {BIND(0), ENTRY(JO, "Staff"), DONE(0), BIND(53)}, AAA_NO, "the server is unwilling: such as a locked account", "BSPU"},
{"no entry: a bind all the same", 0, {BIND(0), DONE(0), BIND(49)}, AAA_NO, "unknown user", "BSPU"},
{"no entry, and a yes to that bind", 0, {BIND(0), DONE(0), BIND(0)}, AAA_NO, "unknown user", "BSPU"},
{"no entry, and trouble with that bind", 0, {BIND(0), DONE(0), BIND(51)}, AAA_NO, "unknown user", "BSPU"},
{"no entry, and no answer to that bind", 0, {BIND(0), DONE(0), HANG_UP}, AAA_NO, "unknown user", "BSP"},
{"no entry for authorization", AUTHORIZE, {BIND(0), DONE(0)}, AAA_NO, "unknown user", "BSU"},
{"two entries", 0, {BIND(0), ENTRY(JO, "Staff"), ENTRY("uid=jo,dc=other", "Staff"), DONE(0), BIND(49)}, AAA_NO,
 "several entries match the filter: whose password would be meant?", "BSPU"},
{"two entries and more", 0, {BIND(0), ENTRY(JO, "Staff"), ENTRY("uid=jo,dc=other", "Staff"), DONE(4), BIND(49)}, AAA_NO,
 "several entries match the filter: whose password would be meant?", "BSPU"},
{"one entry of more", 0, {BIND(0), ENTRY(JO, "Staff"), DONE(4), BIND(49)}, AAA_NO,
 "several entries match the filter: whose password would be meant?", "BSPU"},
{"no base for this user", NAME_IN_BASE, {BIND(0), DONE(32), BIND(49)}, AAA_NO, "unknown user", "BSPU"},
{"an empty password", NO_PASSWORD, {BIND(0), ENTRY(JO, "Staff"), DONE(0)}, AAA_NO, "an empty password", "BSU"},
{"an empty password, and no entry", NO_PASSWORD, {BIND(0), DONE(0)}, AAA_NO, "unknown user", "BSU"},
{"no name for a group policy", 0, {BIND(0), ENTRY(JO, ""), DONE(0), BIND(0)}, AAA_NO, "the attribute's value can't be a group policy's name", "BSPU"},
{"a NUL in it", 0, {BIND(0), ENTRY(JO, "Sta\0ff"), DONE(0), BIND(0)}, AAA_NO, "the attribute's value can't be a group policy's name", "BSPU"},
{"too long for it", 0, {BIND(0), LONG(LIMIT_LDAP_LINE, LIMIT_LDAP_LINE), DONE(0), BIND(0)}, AAA_NO, "the attribute's value can't be a group policy's name", "BSPU"},

{"bind-dn refused: the user isn't", 0, {BIND(49)}, AAA_TEMPORARY, "it refuses bind-dn with bind-password: Invalid credentials", "BU"},
{"bind-dn: busy", 0, {BIND_TEXT(51, "come back later")}, AAA_TEMPORARY, "bind-dn: Server is busy: come back later", "BU"},
{"bind-dn: unwilling", 0, {BIND(53)}, AAA_TEMPORARY, "bind-dn: Server is unwilling to perform", "BU"},
{"no such base", 0, {BIND(0), DONE(32)}, AAA_TEMPORARY, "search: No such object", "BSU"},
{"a referral", 0, {BIND(0), DONE(10)}, AAA_TEMPORARY, "search: Referral", "BSU"},
{"a referral behind an entry", 0, {BIND(0), ENTRY(JO, "Staff"), DONE(10)}, AAA_TEMPORARY, "search: Referral", "BSU"},
{"the time limit", 0, {BIND(0), ENTRY(JO, "Staff"), DONE(3)}, AAA_TEMPORARY, "search: Time limit exceeded", "BSU"},
{"the size limit, and nothing", 0, {BIND(0), DONE(4)}, AAA_TEMPORARY, "search: Size limit exceeded", "BSU"},
{"no right to search", 0, {BIND(0), DONE(50)}, AAA_TEMPORARY, "search: Insufficient access", "BSU"},
{"the user's bind: busy", 0, {BIND(0), ENTRY(JO, "Staff"), DONE(0), BIND(51)}, AAA_TEMPORARY, "the user's bind: Server is busy", "BSPU"},
{"the user's bind: unavailable", 0, {BIND(0), ENTRY(JO, "Staff"), DONE(0), BIND(52)}, AAA_TEMPORARY, "the user's bind: Server is unavailable", "BSPU"},
{"the user's bind: other", 0, {BIND(0), ENTRY(JO, "Staff"), DONE(0), BIND(80)}, AAA_TEMPORARY, "implementation specific) error", "BSPU"},
{"the user's bind: referral", 0, {BIND(0), ENTRY(JO, "Staff"), DONE(0), BIND(10)}, AAA_TEMPORARY, "the user's bind: Referral", "BSPU"},
{"the user's bind: TLS wanted", 0, {BIND(0), ENTRY(JO, "Staff"), DONE(0), BIND(13)}, AAA_TEMPORARY, "the user's bind: Confidentiality required", "BSPU"},

{"an entry without a DN", 0, {BIND(0), ENTRY("", "Staff"), DONE(0)}, AAA_TEMPORARY, "an entry without a DN, or with one of more than 4096 octets", "BSU"},
{"a NUL in the DN", 0, {BIND(0), ENTRY("uid=jo\0,dc=test", "Staff"), DONE(0)}, AAA_TEMPORARY, "an entry without a DN, or with one of more than 4096 octets", "BSU"},
{"a DN that is too long", 0, {BIND(0), LONG(LIMIT_LDAP_LINE + 1, 1), DONE(0)}, AAA_TEMPORARY, "an entry without a DN, or with one of more than 4096 octets", "BSU"},
{"a value that is too long", 0, {BIND(0), LONG(1, LIMIT_LDAP_LINE + 1), DONE(0)}, AAA_TEMPORARY, "a value of more than 4096 octets", "BSU"},
{"an entry that is cut", 0, {BIND(0), BYTES("\x30\x09\x02\x01\x02\x64\x04\x04\x09uid")}, AAA_TEMPORARY, "an entry that can't be read", "BSU"},
{"an attribute that is cut", 0, {BIND(0), BYTES("\x30\x10\x02\x01\x02\x64\x0b\x04\x01x\x30\x06\x30\x04\x04\x09ou")}, AAA_TEMPORARY, "an entry that can't be read", "BSU"},
{"a message that is too large", 0, {BIND(0), BYTES("\x30\x84\x7f\xff\xff\xff")}, AAA_TEMPORARY, "an answer that isn't LDAP", "BS"},
{"another kind of answer to a bind", 0, {DONE(0)}, AAA_TEMPORARY, "an answer to another question", "BU"},
{"another kind of answer to a search", 0, {BIND(0), BIND(0)}, AAA_TEMPORARY, "an answer to another question", "BSU"},
{"another one behind the entry", 0, {BIND(0), ENTRY(JO, "Staff"), EXTENDED(0)}, AAA_TEMPORARY, "an answer to another question", "BSU"},
{"not LDAP", 0, {BYTES("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\nBad request.")}, AAA_TEMPORARY, "an answer that isn't LDAP", "B"},

{"closed at once", 0, {CLOSE}, AAA_TEMPORARY, NULL, ""},
{"closed behind the proxy's bind", 0, {HANG_UP}, AAA_TEMPORARY, "the server closed the connection", "B"},
{"closed between bind and search", 0, {BIND(0), CLOSE}, AAA_TEMPORARY, NULL, "B"},
{"closed behind the search", 0, {BIND(0), HANG_UP}, AAA_TEMPORARY, "the server closed the connection", "BS"},
{"closed behind the entry", 0, {BIND(0), ENTRY(JO, "Staff"), CLOSE}, AAA_TEMPORARY, "the server closed the connection", "BS"},
{"closed in the middle of an entry", 0, {BIND(0), BYTES("\x30\x20\x02\x01\x02\x64\x1b\x04"), CLOSE}, AAA_TEMPORARY, "the server closed the connection", "BS"},
{"closed between search and bind", 0, {BIND(0), ENTRY(JO, "Staff"), DONE(0), CLOSE}, AAA_TEMPORARY, NULL, "BS"},
{"closed behind the user's bind", 0, {BIND(0), ENTRY(JO, "Staff"), DONE(0), HANG_UP}, AAA_TEMPORARY, "the server closed the connection", "BSP"},

{"silent from the start", BRIEF, {{.what = SAY_NOTHING}}, AAA_TEMPORARY, "no answer", "BU"},
{"silent in the middle of an answer", BRIEF, {BYTES("\x30\x0c\x02\x01\x01\x61\x07\x0a")}, AAA_TEMPORARY, "no answer", "B"},
{"silent behind a header", BRIEF, {BYTES("\x30\x0c")}, AAA_TEMPORARY, "no answer", "B"},
{"silent to the search", BRIEF, {BIND(0)}, AAA_TEMPORARY, "no answer", "BSU"},
{"silent behind the entry", BRIEF, {BIND(0), ENTRY(JO, "Staff")}, AAA_TEMPORARY, "no answer", "BSU"},
{"silent to the user's bind", BRIEF, {BIND(0), ENTRY(JO, "Staff"), DONE(0)}, AAA_TEMPORARY, "no answer", "BSPU"},

{"StartTLS refused", STARTTLS, {EXTENDED(2)}, AAA_TEMPORARY, "StartTLS: the server refuses it: Protocol error", "XU"},
{"StartTLS unavailable", STARTTLS, {EXTENDED(52)}, AAA_TEMPORARY, "StartTLS: the server refuses it: Server is unavailable", "XU"},
{"StartTLS answered by a bind's yes", STARTTLS, {BIND(0)}, AAA_TEMPORARY, "StartTLS: an answer to another question", "XU"},
{"StartTLS, and closed", STARTTLS, {HANG_UP}, AAA_TEMPORARY, "StartTLS: the server closed the connection", "X"},
{"StartTLS, and silent", STARTTLS | BRIEF, {{.what = SAY_NOTHING}}, AAA_TEMPORARY, "StartTLS: no answer", "XU"},
};
/* clang-format on */

/* A secret's file, and a server of this row. */
static char secret_file[] = "/tmp/mailwicket-unit.XXXXXX";

static struct aaa_server server_of(const struct row *r)
{
    static char bind_dn[] = "cn=proxy,dc=test", base[] = "dc=test", in_base[] = "uid=%u,dc=test",
                filter[] = "(uid=%u)", scope[] = "subtree", none[] = "", ca[] = "/etc/hostname";
    bool anonymous = r->how & ANONYMOUS;

    return (struct aaa_server){.url = url,
                               .ca = r->how & STARTTLS ? ca : none,
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

static int begin(void **unused)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int fd = mkstemp(secret_file);

    (void)unused;
    memset(long_text, 'x', sizeof long_text);
    heard = mmap(NULL, sizeof *heard, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || write(fd, SECRET "\n", sizeof SECRET) < 0 || close(fd) || heard == MAP_FAILED ||
        bind(listener, (struct sockaddr *)&at, size) || listen(listener, 8) ||
        getsockname(listener, (struct sockaddr *)&at, &size))
        return -1;
    snprintf(url, sizeof url, "ldap://127.0.0.1:%u", ntohs(at.sin_port));
    return 0;
}

static int end(void **unused)
{
    (void)unused;
    return unlink(secret_file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dialogues),
        cmocka_unit_test(empty_password),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
