/* SPDX-License-Identifier: ISC */
/* resolve - an edge: asks the system's resolver; see resolve.h. */
#include "resolve.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"

/* All that the resolver's thread reads and writes. */
struct lookup {
    struct gaicb request;
    struct addrinfo hints;
    char host[NI_MAXHOST], port[12];
};

static int say_failure(int code, struct err *e)
{
    return err_set(e, "%s", code == EAI_SYSTEM ? strerror(errno) : gai_strerror(code));
}

/* Whether the thread came to its end in time. */
static bool await_thread(struct gaicb *request, uint64_t deadline)
{
    const struct gaicb *const list[] = {request};
    uint64_t now;

    while (gai_error(request) == EAI_INPROGRESS) {
        now = clock_ms();
        if (now >= deadline)
            return false;
        uint64_t left = deadline - now;
        struct timespec t = {.tv_sec = (time_t)(left / 1000),
                             .tv_nsec = (long)(left % 1000) * 1000000};
        gai_suspend(list, 1, &t);
    }
    return true;
}

/* Takes over l. */
static int look_up(struct addrinfo **list, struct lookup *l, uint64_t deadline, struct err *e)
{
    struct gaicb *requests[] = {&l->request};
    int code;

    l->request = (struct gaicb){.ar_name = l->host, .ar_service = l->port, .ar_request = &l->hints};
    code = getaddrinfo_a(GAI_NOWAIT, requests, 1, NULL);
    if (code == 0 && !await_thread(&l->request, deadline))
        return err_set(e, "the name could not be looked up in time"); /* l is the thread's now */
    if (code == 0)
        code = gai_error(&l->request);
    *list = l->request.ar_result;
    free(l);
    return code ? say_failure(code, e) : 0;
}

int resolve(struct addrinfo **list, const char *host, unsigned port, int socktype,
            uint64_t deadline, struct err *e)
{
    struct lookup *l = calloc(1, sizeof *l);
    int code;

    if (!l)
        return say_failure(EAI_MEMORY, e);
    l->hints.ai_socktype = socktype;
    l->hints.ai_flags = AI_NUMERICSERV | AI_NUMERICHOST;
    snprintf(l->port, sizeof l->port, "%u", port);
    if ((size_t)snprintf(l->host, sizeof l->host, "%s", host) >= sizeof l->host)
        code = EAI_OVERFLOW;
    else
        code = getaddrinfo(l->host, l->port, &l->hints, list);
    if (code == EAI_NONAME) {
        l->hints.ai_flags = AI_NUMERICSERV;
        return look_up(list, l, deadline, e);
    }
    free(l);
    return code ? say_failure(code, e) : 0;
}
