/* SPDX-License-Identifier: ISC */
/* ldap_bed - an LDAP server for unit tests, which says what a row tells it to. */
#ifndef MW_LDAP_BED_H
#define MW_LDAP_BED_H

#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "buf.h"
#include "limits.h"

#define SECRET   "the proxy's own"
#define PASSWORD "the user's own"
#define JO       "uid=jo,dc=test"

#define NEVER_DEREF "\x0a\x01\x00" /* RFC 4511 section 4.5.1 */

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

/* clang-format off */
#define BIND(n)          {SAY_RESULT, TAG_BIND, (n), SPAN(""), SPAN_NONE, 0}
#define BIND_TEXT(n, t)  {SAY_RESULT, TAG_BIND, (n), SPAN(t), SPAN_NONE, 0}
#define DONE(n)          {SAY_RESULT, TAG_DONE, (n), SPAN(""), SPAN_NONE, 0}
#define EXTENDED(n)      {SAY_RESULT, TAG_EXTENDED, (n), SPAN(""), SPAN_NONE, 0}
#define ENTRY(dn, value) {SAY_ENTRY, TAG_ENTRY, 0, SPAN(dn), SPAN(value), 0}
#define LONG(dn, value)  {SAY_ENTRY, TAG_ENTRY, 0, {long_text, (dn)}, {long_text, (value)}, 0}
#define REFERENCE        {SAY_REFERENCE, TAG_REFERENCE, 0, SPAN_NONE, SPAN_NONE, 0}
#define BYTES(t)         {SAY_BYTES, 0, 0, SPAN(t), SPAN_NONE, 0}
#define CLOSE            {SAY_CLOSE, 0, 0, SPAN_NONE, SPAN_NONE, 0}
#define HANG_UP          {SAY_HANG_UP, 0, 0, SPAN_NONE, SPAN_NONE, 0}
/* clang-format on */

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

static char secret_file[] = "/tmp/mailwicket-unit.XXXXXX";

static int bed_begin(void **unused)
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

static int bed_end(void **unused)
{
    (void)unused;
    return unlink(secret_file);
}

#endif
