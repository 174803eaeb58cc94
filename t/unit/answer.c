/* SPDX-License-Identifier: ISC */
/* Unit tests of the helper's answers: whole conversations with the real helper, as a service and
 * for one connection; and each conversation ended after each of its requests. */
#include "check.h"

#include "verify_play.h"

static const struct {
    const char *name, *pairs;
    const char *log; /* part of a line that the log must have */
} rows[] = {
    {"a session", "H- U- VG RE", "event=established"},
    {"a session by default", "H- U- jG RE", "user=jo mail-user=jo server=127.0.0.1"},
    {"a server by its name", "H- lG RE", "server=localhost group-policy=Staff"},
    {"without USER", "H- VG RE", "event=authenticated"},
    {"USER twice", "H- U- U- VG RE", ""},
    {"no AAA", "S- U- jG RE", "protocol=smtps"},
    {"a VPN name that nobody verifies", "S- VR jG RE", "no method verifies it"},
    {"refused, and again", "H- U- wR VG RE", "reason=\"wrong password\""},
    {"an unknown user", "H- kR", "reason=\"unknown user\""},
    {"a bad password", "H- bR", "event=not-authenticated"},
    {"a bad name", "H- 0- zR U- VG RE", "event=not-authenticated"},
    {"no such server", "H- sR", "allow this mail server"},
    {"a server that is down", "H- dT VG RE", "event=server-unreachable"},
    {"a server that is down, by its name", "H- dT VG RE", "denial=temporary reason=\"mail server "},
    {"a server without an address", "H- nT VG RE", "event=dns-failed"},
    {"an unknown group policy", "H- gR", "group-policy=Nowhere"},
    {"another mechanism", "H- eR", "wants a login with a name and password"},
    {"refused by the mail server", "H- VG FR lG RE", "reason=\"NO from there\""},
    {"refused by the mail server, repeated", "H- VG FR VR VR VR lG RE", "event=repeated"},
    {"a wrong password, repeated", "H- wR wR wR wR wR VG RE", "event=repeated"},
    {"trouble, repeated", "H- dT dT VG RE", "reason=temporary"},
    {"trouble with the mail server", "H- VG TT VT lG RE", "event=refused"},
    {"trouble with the mail server, by its name", "H- VG TT VT lG RE",
     "denial=temporary reason=\"mail server 127.0.0.1:"},
    {"trouble with the mail server, once", "H- VG TT VT lG RE", ": took too long\""},
    {"too many attempts", "H- wR kR bR VQ", "reason=login-attempts"},
    {"trouble does not count as an attempt", "H- dT dT dT dT VG RE", ""},
    {"no such protocol", "PQ", "have this protocol"},
    {"a note: TLS", "H- N-", " protocol=imap4s client=127.0.0.1 reason=\"no TLS\"\n"},
    {"a note: a certificate", "H- C-",
     "client=127.0.0.1 certificate=\"CN=x\" denial=refused reason=revoked asa=719023\n"},
    {"a note: no certificate", "H- i-", "client=127.0.0.1 reason=none\n"},
    {"a note: a CRL", "H- K-", "certificate=\"CN=x\" denial=admin reason=\"no CRL\"\n"},
    {"a note of a login that is none, which is no guess", "H- U- y-",
     " client=127.0.0.1 reason=\"no login at all\" asa=719023\n"},
    {"a login after a note", "H- N- y- VG RE", ""},
    {"a note that crosses our goodbye", "PQ N-",
     "event=tls-failed protocol=pop3s client=127.0.0.1 reason=\"no TLS\"\n"},
    {"NOTE first", "NX", "message=NOTE"},
    {"NOTE with a descriptor", "H- mX", "wrong number of descriptors"},
    {"NOTE after GRANT", "H- VG NX", "message=NOTE"},
    {"USER first", "UX", "message=USER"},
    {"VERIFY first", "VX", "message=VERIFY"},
    {"RESULT first", "RX", "message=RESULT"},
    {"END first", "EX", "message=END"},
    {"INTERIM before the session", "H- VG IX", "message=INTERIM"},
    {"HELLO twice", "H- HX", "may not come now"},
    {"HELLO after USER", "H- U- HX", ""},
    {"HELLO without the client", "hX", "wrong number of descriptors"},
    {"HELLO with two descriptors", "2X", "wrong number of descriptors"},
    {"USER with a descriptor", "H- uX", "wrong number of descriptors"},
    {"VERIFY with a descriptor", "H- vX", "wrong number of descriptors"},
    {"RESULT without GRANT", "H- U- RX", ""},
    {"RESULT after DENY", "H- wR RX", ""},
    {"VERIFY after GRANT", "H- VG VX", ""},
    {"USER after GRANT", "H- VG UX", ""},
    {"RESULT twice", "H- VG FR FX", ""},
    {"not a request", "H- GX", "not a request"},
};

static size_t length(const char *pairs)
{
    size_t n = 0;

    for (; *pairs; pairs++)
        n += *pairs != ' ';
    return n / 2;
}

/* Ends the session as its relay does. */
static void end_session(struct player *p)
{
    struct wire w = {
        .type = WIRE_END,
        .end = {.id = p->id, .bytes_in = 7, .bytes_out = 9, .cause = WIRE_IDLE_TIMEOUT}};

    say(p->report >= 0 ? p->report : p->filter, &w, NULL, 0);
}

static int descriptors(pid_t pid)
{
    char path[64];
    int n = 0;

    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *d = opendir(path);
    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n;
}

/* Has a faulty conversation: once it is over, the helper has taken all that came before it. */
static void let_it_serve(void)
{
    struct player p = NOBODY;

    p.filter = connect_verify();
    connect_client(&p);
    request(&p, 'U');
    assert_int_equal(reply(&p), 'X');
    close_all(&p);
}

static void as_service(void **unused)
{
    (void)unused;
    bed_make();
    start_helper(-1, -1, NULL, NULL);
    let_it_serve();
    int before = descriptors(bed.helper);
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].name);
        for (size_t cut = 0; cut <= length(rows[i].pairs); cut++) {
            struct player p = NOBODY;

            p.filter = connect_verify();
            connect_client(&p);
            play(&p, rows[i].pairs, cut);
            if (p.id)
                end_session(&p);
            close_all(&p);
            let_it_serve();
            EVENTUALLY(entries() == 0);
            EVENTUALLY(descriptors(bed.helper) == before);
        }
        EVENTUALLY(logged(rows[i].log));
    }
    assert_false(logged("secret"));
    assert_false(logged("Wr0ng"));
    end_helper(SIGTERM);
    bed_remove();
}

static void as_connection(void **unused)
{
    (void)unused;
    bed_make();
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].name);
        for (size_t cut = 0; cut <= length(rows[i].pairs); cut++) {
            struct player p = NOBODY;

            start_connection(&p, NULL);
            connect_client(&p);
            p.report = -2; /* a helper for one connection grants none */
            play(&p, rows[i].pairs, cut);
            if (p.id) {
                request(&p, 'I');
                request(&p, 'E');
                assert_int_equal(reply(&p), 'X');
            }
            close_all(&p);
            end_helper(0);
            assert_int_equal(entries(), 0);
        }
        assert_true(logged(rows[i].log));
    }
    assert_false(logged("secret"));
    bed_remove();
}

/* In REPORTING only reports may come; a relay that just closes its socket ends the session too. */
static void reporting(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        char letter; /* 0: closes the socket */
        const char *log;
    } ends[] = {
        {"END", 'E', "cause=client-closed bytes-in=7 bytes-out=9"},
        {"lost", 0, "cause=lost bytes-in=5"},
        {"USER", 'U', "message=USER"},
    };
    for (size_t i = 0; i < ROWS(ends); i++) {
        struct player p = NOBODY;

        ROW(i, ends[i].name);
        bed_make();
        start_connection(&p, NULL);
        connect_client(&p);
        p.report = -2;
        play(&p, "H- VG RE I-", 4);
        assert_int_equal(entries(), 1);
        if (ends[i].letter) {
            request(&p, ends[i].letter);
            assert_int_equal(reply(&p), 'X');
        }
        close_all(&p);
        end_helper(0);
        assert_int_equal(entries(), 0);
        assert_true(logged(ends[i].log));
        bed_remove();
    }
}

/* Datagrams that are not messages: each ends the conversation. */
static void nonsense(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        struct span bytes;
    } faults[] = {
        {"one octet", SPAN("\1")},
        {"another version", SPAN("\2\2\0\2jo")},
        {"an unknown type", SPAN("\1\77")},
        {"a trailing octet", SPAN("\1\2\0\2jo!")},
        {"a missing octet", SPAN("\1\2\0\2j")},
    };
    bed_make();
    start_helper(-1, -1, NULL, NULL);
    for (size_t i = 0; i < ROWS(faults); i++) {
        struct player p = NOBODY;

        ROW(i, faults[i].name);
        p.filter = connect_verify();
        connect_client(&p);
        play(&p, "H-", 1);
        assert_int_equal(message_send(p.filter, faults[i].bytes, NULL, 0), 0);
        assert_int_equal(reply(&p), 'X');
        close_all(&p);
        EVENTUALLY(entries() == 0);
    }
    assert_true(logged("event=talk-fault"));
    end_helper(SIGTERM);
    bed_remove();
}

/* By hand the client is not a socket: --peer gives its address, else it is refused. */
static void by_hand(void **unused)
{
    (void)unused;
    for (int with = 0; with < 2; with++) {
        struct player p = NOBODY;

        bed_make();
        start_connection(&p, with ? "127.0.0.1" : NULL);
        p.client = open("/dev/null", O_RDWR | O_CLOEXEC);
        p.report = -2;
        request(&p, 'H');
        if (!with)
            assert_int_equal(reply(&p), 'Q');
        EVENTUALLY(entries() == (unsigned)with);
        close_all(&p);
        end_helper(0);
        assert_int_equal(entries(), 0);
        bed_remove();
    }
}

static int udp_client(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(9)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    inet_pton(AF_INET, "127.0.0.66", &a.sin_addr);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

static int unconnected_client(void)
{
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int unix_client(void)
{
    int pair[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    close(pair[1]);
    return pair[0];
}

static int pipe_client(void)
{
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    close(ends[1]);
    return ends[0];
}

/* A filter gone bad names an address by a descriptor of its choice: only connected TCP counts. */
static void false_clients(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        int (*open)(void);
    } kinds[] = {
        {"UDP with a peer", udp_client},
        {"TCP without a peer", unconnected_client},
        {"a local socket", unix_client},
        {"a pipe", pipe_client},
    };
    bed_make();
    start_helper(-1, -1, NULL, NULL);
    for (size_t i = 0; i < ROWS(kinds); i++) {
        struct player p = NOBODY;

        ROW(i, kinds[i].name);
        p.filter = connect_verify();
        p.client = kinds[i].open();
        request(&p, 'H');
        assert_int_equal(reply(&p), 'Q');
        assert_int_equal(entries(), 0);
        close_all(&p);
    }
    assert_true(logged("event=refused protocol=imap4s reason=\"invalid client descriptor: "
                       "expected a TCP connection\""));
    end_helper(SIGTERM);
    bed_remove();
}

/* A client may reset its connection before the helper asks for its address: it has it all the same, so
 * that what the filter has to say of it can be logged for fail2ban. */
static void gone_client(void **unused)
{
    (void)unused;
    struct linger reset = {.l_onoff = 1};
    struct player p = NOBODY;

    bed_make();
    start_helper(-1, -1, NULL, NULL);
    p.filter = connect_verify();
    connect_client(&p);
    assert_int_equal(setsockopt(p.far, SOL_SOCKET, SO_LINGER, &reset, sizeof reset), 0);
    close(p.far);
    p.far = -1;
    request(&p, 'H');
    request(&p, 'N');
    EVENTUALLY(logged(" protocol=imap4s client=127.0.0.1 "));
    close_all(&p);
    EVENTUALLY(entries() == 0);
    end_helper(SIGTERM);
    bed_remove();
}

/* A filter can't fill the log. */
static void too_many_notes(void **unused)
{
    (void)unused;
    struct player p = NOBODY;

    bed_make();
    start_helper(-1, -1, NULL, NULL);
    p.filter = connect_verify();
    connect_client(&p);
    request(&p, 'H');
    for (int i = 0; i < LIMIT_NOTES; i++)
        request(&p, 'N');
    EVENTUALLY(entries() == 1);
    request(&p, 'N');
    assert_int_equal(reply(&p), 'X');
    assert_true(logged("message=NOTE reason=\"too many notes\""));
    close_all(&p);
    end_helper(SIGTERM);
    bed_remove();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_service),    cmocka_unit_test(as_connection),
        cmocka_unit_test(reporting),     cmocka_unit_test(nonsense),
        cmocka_unit_test(by_hand),       cmocka_unit_test(gone_client),
        cmocka_unit_test(false_clients), cmocka_unit_test(too_many_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
