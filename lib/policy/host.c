/* SPDX-License-Identifier: ISC */
/* host - PURE; see host.h. */
#include "host.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "num.h"

#define LABEL_MAX 63

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct span host_without_dot(struct span s)
{
    return s.n > 0 && s.p[s.n - 1] == '.' ? span_head(s, s.n - 1) : s;
}

static bool is_label(struct span s)
{
    if (s.n == 0 || s.n > LABEL_MAX || s.p[0] == '-' || s.p[s.n - 1] == '-')
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!is_digit(s.p[i]) && !is_letter(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
            return false;
    return true;
}

/* Decimal or hexadecimal, as inet_aton reads it. */
static bool is_number(struct span s)
{
    if (span_istarts(s, SPAN("0x")))
        return true;
    for (size_t i = 0; i < s.n; i++)
        if (!is_digit(s.p[i]))
            return false;
    return s.n > 0;
}

struct span host_bare(struct span s)
{
    if (s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
        s = span_of(s.p + 1, s.n - 2);
    return span_istarts(s, SPAN("IPv6:")) ? span_tail(s, strlen("IPv6:")) : s;
}

bool host_is_address(struct span s)
{
    s = host_bare(s);
    if (span_find(s, ':') != SPAN_NOT_FOUND)
        return true;
    s = host_without_dot(s);
    size_t dot = span_rfind(s, '.');
    return is_number(dot == SPAN_NOT_FOUND ? s : span_tail(s, dot + 1));
}

bool host_is_name(struct span s)
{
    s = host_without_dot(s);
    if (s.n == 0 || s.n > LIMIT_HOST || s.p[s.n - 1] == '.' || host_is_address(s))
        return false;
    while (s.n > 0)
        if (!is_label(span_cut(&s, '.')))
            return false;
    return true;
}

static bool is_valid_address(int family, struct span s)
{
    unsigned char room[sizeof(struct in6_addr)];
    char text[INET6_ADDRSTRLEN];

    return span_copy(text, sizeof text, s) && inet_pton(family, text, room) == 1;
}

bool host_is_valid_address(struct span s)
{
    return is_valid_address(AF_INET, s) || is_valid_address(AF_INET6, s);
}

const char *host_port(char room[HOST_PORT_MAX], const char *host, unsigned port)
{
    bool brackets = is_valid_address(AF_INET6, span_str(host));

    snprintf(room, HOST_PORT_MAX, brackets ? "[%s]:%u" : "%s:%u", host, port);
    return room;
}

static bool is_url_host(struct span s)
{
    if (span_starts(s, SPAN("[")))
        return s.p[s.n - 1] == ']' &&
               is_valid_address(AF_INET6, span_head(span_tail(s, 1), s.n - 2));
    return host_is_address(s) ? is_valid_address(AF_INET, s) : host_is_name(s);
}

bool host_is_authority(struct span s)
{
    size_t bracket = span_rfind(s, ']'), colon = span_rfind(s, ':');
    bool has_port = colon != SPAN_NOT_FOUND && (bracket == SPAN_NOT_FOUND || colon > bracket);
    uint64_t port;

    if (!has_port)
        return is_url_host(s);
    return is_url_host(span_head(s, colon)) &&
           num_parse(span_tail(s, colon + 1), UINT16_MAX, &port) && port > 0;
}

bool host_is_pattern(struct span s)
{
    return span_starts(s, SPAN("*."));
}

/* Reads an address; an IPv4 one becomes IPv4-mapped. */
static bool read_address(struct span s, unsigned char address[16])
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    char text[INET6_ADDRSTRLEN];

    if (!span_copy(text, sizeof text, host_bare(host_without_dot(s))))
        return false;
    if (inet_pton(AF_INET6, text, address) == 1)
        return true;
    memcpy(address, mapped, sizeof mapped);
    return inet_pton(AF_INET, text, address + sizeof mapped) == 1;
}

bool host_same(struct span a, struct span b)
{
    unsigned char one[16], other[16];

    if (read_address(a, one) && read_address(b, other))
        return memcmp(one, other, sizeof one) == 0;
    a = host_without_dot(a);
    return a.n > 0 && span_ieq(a, host_without_dot(b));
}

bool host_matches(struct span pattern, struct span host)
{
    if (!host_is_pattern(pattern))
        return host_same(pattern, host);
    pattern = host_without_dot(pattern);
    host = host_without_dot(host);
    struct span dot_suffix = span_tail(pattern, 1);
    return host.n > dot_suffix.n && span_iends(host, dot_suffix) && host_is_name(host);
}
