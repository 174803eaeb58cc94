/* SPDX-License-Identifier: ISC */
/* web_group - a server group of type http whose web server the test plays: it says when an answer
 * comes, and which. */
#ifndef MW_WEB_GROUP_H
#define MW_WEB_GROUP_H

#include "verify_play.h"

static char url[64];
static struct aaa_server web = {.timeout = 10,
                                .url = url,
                                .ca = (char[]){""},
                                .method = (char[]){"form"},
                                .user_field = (char[]){"u"},
                                .password_field = (char[]){"p"},
                                .group_policy_header = (char[]){""}};
static struct server_group web_group = {
    .name = (char[]){"WEB"}, .type = GROUP_HTTP, .cache = 60, .servers = &web, .server_count = 1};
static int web_fd;

static inline void web_make(unsigned cache)
{
    unsigned port;

    web_fd = listen_tcp(&port);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", port);
    web_group.cache = cache;
    bed.policy.protocols[PROTOCOL_IMAP4S].authentication = &web_group;
    bed.policy.protocols[PROTOCOL_IMAP4S].outstanding = 0;
}

/* Whether the web server is asked within so long; *asked is the question's connection. */
static inline bool is_asked(int *asked, int ms)
{
    struct pollfd f = {.fd = web_fd, .events = POLLIN};

    *asked = -1;
    if (poll(&f, 1, ms) == 0)
        return false;
    *asked = accept4(web_fd, NULL, NULL, SOCK_CLOEXEC);
    assert_true(*asked >= 0);
    return true;
}

/* Answers a question: 204 is yes, 403 no. */
static inline void say_status(int asked, unsigned status)
{
    char room[4096];
    int n;

    assert_true(read(asked, room, sizeof room) > 0);
    n = snprintf(room, sizeof room,
                 "HTTP/1.1 %u Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status);
    if (status == 204)
        n = snprintf(room, sizeof room, "HTTP/1.1 204 Said\r\nConnection: close\r\n\r\n");
    assert_int_equal(write(asked, room, (size_t)n), n);
    close(asked);
}

#endif
