/* SPDX-License-Identifier: ISC */
/* radius_talk - an edge: a request in a process of its own; see radius_talk.h. */
#include "radius_talk.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "radius_radcli.h"
#include "radius_udp.h"

#define SAY_MS 200 /* what the process has left of its time, to say why it has no answer */

struct said {
    enum aaa_outcome outcome;
    struct aaa_answer answer;
};

/* The process's whole life; only the kernel cleans up behind it. */
static _Noreturn void live(const struct aaa_server *s, const struct radius_request *r,
                           uint64_t deadline, int to, pid_t parent)
{
    struct said said = {.outcome = AAA_TEMPORARY};

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    said.outcome = (s->tls ? radius_radcli : radius_udp)(s, r, deadline - SAY_MS, &said.answer);
    _exit(write(to, &said, sizeof said) != sizeof said);
}

/* Waits for all of it until the deadline. */
static bool hear(int from, uint64_t deadline, struct said *out)
{
    struct pollfd p = {.fd = from, .events = POLLIN};
    uint64_t now;

    while ((now = clock_ms()) < deadline) {
        int ready = poll(&p, 1, (int)(deadline - now));
        if (ready > 0)
            return read(from, out, sizeof *out) == sizeof *out;
        if (ready < 0 && errno != EINTR)
            return false;
    }
    return false;
}

/* Forks, listens, and leaves no process behind. false: nothing was said; errno where there was no
 * process to say it, else 0. */
static bool ask_process(const struct aaa_server *s, const struct radius_request *r,
                        uint64_t deadline, struct said *out)
{
    pid_t parent = getpid(), child;
    int ends[2];
    bool heard;

    _Static_assert(sizeof *out <= 4096, "a pipe takes it at once");
    if (pipe(ends))
        return false;
    child = fork();
    if (child == 0)
        live(s, r, deadline, ends[1], parent);
    int error = child < 0 ? errno : 0;
    close(ends[1]);
    heard = child > 0 && hear(ends[0], deadline, out);
    close(ends[0]);
    if (child > 0) {
        kill(child, SIGKILL);
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    errno = error;
    return heard;
}

unsigned radius_port(const struct aaa_server *s, enum radius_kind kind)
{
    return kind == RADIUS_ACCOUNTING ? s->accounting_port : s->port;
}

enum aaa_outcome radius_ask(const struct aaa_server *s, const struct radius_request *r,
                            uint64_t deadline, struct aaa_answer *a)
{
    struct said said;

    if (r->overflow) {
        err_set(&a->why, "a request that RADIUS can't carry");
        return AAA_NO;
    }
    if (!ask_process(s, r, deadline, &said)) {
        said = (struct said){.outcome = AAA_TEMPORARY};
        err_set(&said.answer.why, "%s", errno ? strerror(errno) : "no answer in time");
    }
    memcpy(a->group_policy, said.answer.group_policy, sizeof a->group_policy);
    memcpy(a->class, said.answer.class, sizeof a->class);
    a->class_size = said.answer.class_size;
    if (said.outcome == AAA_TEMPORARY)
        err_set(&a->why, "server %s port %u: %.400s", s->host, radius_port(s, r->kind),
                said.answer.why.text);
    else
        a->why = said.answer.why;
    return said.outcome;
}
