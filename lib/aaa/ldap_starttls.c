/* SPDX-License-Identifier: ISC */
/* ldap_starttls - an edge: opens sockets; see ldap_starttls.h. Believes nothing before TLS. */
#include "ldap_starttls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "limits.h"

#define ANSWER_MAX 1024 /* octets */

/* LDAPMessage 1, an ExtendedRequest with the name of StartTLS. */
static const char request[] = "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
                              "1.3.6.1.4.1.1466.20037";

enum { TAG_SEQUENCE = 0x30, TAG_INTEGER = 0x02, TAG_ENUMERATED = 0x0a, TAG_EXTENDED = 0x78 };

enum cut { CUT_WHOLE, CUT_MORE, CUT_BAD };

/* Cuts one element with this tag off *in: what is in it. Lengths of up to 65535 octets. */
static enum cut cut(struct span *in, unsigned char tag, struct span *value)
{
    const unsigned char *p = (const unsigned char *)in->p;
    size_t n, head = 2;

    if (in->n < 1)
        return CUT_MORE;
    if (p[0] != tag)
        return CUT_BAD;
    if (in->n < 2)
        return CUT_MORE;
    n = p[1];
    if (n > 0x82 || n == 0x80)
        return CUT_BAD;
    if (n > 0x80) {
        head += n - 0x80;
        if (in->n < head)
            return CUT_MORE;
        n = head == 3 ? p[2] : (size_t)p[2] << 8 | p[3];
    }
    if (n > in->n - head)
        return CUT_MORE;
    *value = span_of(in->p + head, n);
    *in = span_tail(*in, head + n);
    return CUT_WHOLE;
}

enum starttls_answer starttls_read(struct span said, unsigned *code)
{
    struct span message, id, response, result;
    enum cut whole = cut(&said, TAG_SEQUENCE, &message);

    if (whole == CUT_MORE && said.n < ANSWER_MAX)
        return STARTTLS_MORE;
    if (whole != CUT_WHOLE || said.n > 0 || cut(&message, TAG_INTEGER, &id) != CUT_WHOLE ||
        !span_eq(id, SPAN("\x01")) || cut(&message, TAG_EXTENDED, &response) != CUT_WHOLE ||
        cut(&response, TAG_ENUMERATED, &result) != CUT_WHOLE || result.n != 1)
        return STARTTLS_BAD;
    *code = (unsigned char)result.p[0];
    return *code == 0 ? STARTTLS_YES : STARTTLS_NO;
}

/* Waits for events; false: too long. */
static bool wait_for(int fd, short events, uint64_t deadline)
{
    struct pollfd p = {.fd = fd, .events = events};
    uint64_t now = clock_ms();
    int n;

    do
        n = poll(&p, 1, now < deadline ? (int)(deadline - now) : 0);
    while (n < 0 && errno == EINTR && (now = clock_ms()) < deadline);
    if (n == 0)
        errno = ETIMEDOUT;
    return n > 0;
}

static bool connected(int fd, const struct curl_sockaddr *to, uint64_t deadline)
{
    int error = 0;
    socklen_t size = sizeof error;

    if (connect(fd, &to->addr, (socklen_t)to->addrlen) == 0)
        return true;
    if (errno != EINPROGRESS || !wait_for(fd, POLLOUT, deadline) ||
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size))
        return false;
    errno = error;
    return error == 0;
}

/* 0, or -1 and e. */
static int converse(int fd, uint64_t deadline, struct err *e)
{
    char room[ANSWER_MAX];
    size_t n = 0;
    unsigned code;
    ssize_t got;
    enum starttls_answer answer = STARTTLS_MORE;

    if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL) != (ssize_t)sizeof request - 1)
        return err_set(e, "StartTLS: %s", strerror(errno));
    while (answer == STARTTLS_MORE) {
        if (!wait_for(fd, POLLIN, deadline))
            return err_set(e, "StartTLS: %s", strerror(errno));
        got = recv(fd, room + n, sizeof room - n, 0);
        if (got <= 0)
            return err_set(e, "StartTLS: %s", got ? strerror(errno) : "the server closes");
        n += (size_t)got;
        answer = starttls_read(span_of(room, n), &code);
    }
    if (answer == STARTTLS_NO)
        return err_set(e, "StartTLS: the server refuses it (LDAP result code %u)", code);
    return answer == STARTTLS_YES ? 0 : err_set(e, "StartTLS: an answer that isn't one");
}

/* One address: connected, and the server expects TLS. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct ldap_starttls *c = context;
    uint64_t soon = clock_ms() + LIMIT_CONNECT_MS;
    int fd = socket(to->family, to->socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, to->protocol);

    (void)purpose;
    if (fd >= 0 && connected(fd, to, soon < c->deadline ? soon : c->deadline)) {
        if (converse(fd, c->deadline, &c->why) == 0)
            return fd;
    } else {
        err_set(&c->why, "%s", strerror(errno));
    }
    if (fd >= 0)
        close(fd);
    return CURL_SOCKET_BAD;
}

static int is_connected(void *context, curl_socket_t fd, curlsocktype purpose)
{
    (void)context, (void)fd, (void)purpose;
    return CURL_SOCKOPT_ALREADY_CONNECTED;
}

void ldap_starttls_use(CURL *h, struct ldap_starttls *c)
{
    curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(h, CURLOPT_OPENSOCKETDATA, c);
    curl_easy_setopt(h, CURLOPT_SOCKOPTFUNCTION, is_connected);
}
