/* SPDX-License-Identifier: ISC */
/* prepare - an edge: the only part of mailwicket that opens files, before it serves anybody. */
#include "prepare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "load.h"
#include "log.h"
#include "program.h"

#define RELAY LIBEXECDIR "/" PROGRAM_RELAY

/* Where complaints about a policy go, besides the log. */
struct complaint_target {
    bool to_terminal;
};

static void prepare_complain(void *context, enum complaint_kind kind, const char *text)
{
    const struct complaint_target *to = context;

    if (kind == COMPLAINT_ERROR)
        log_say(LOG_ERR, "policy-rejected", "%s", text);
    else
        log_say(LOG_WARNING, "policy-warning", "%s", text);
    if (to->to_terminal)
        fprintf(stderr, PROGRAM_FILTER ": %s%s\n",
                kind == COMPLAINT_ERROR ? "" : "warning: ", text);
}

/* As prepare_complain, with the files' names as the administrator wrote them. */
static void complain_written(const struct prepared *p, struct complaint_target *to,
                             enum complaint_kind kind, const struct err *e)
{
    char text[ERR_MAX];

    prepare_complain(to, kind, policy_written(p->policy, e->text, text, sizeof text));
}

static int load_parts(struct prepared *p, struct err *e)
{
    p->filter_jail = BUF(p->filter_room);
    p->relay_jail = BUF(p->relay_room);
    p->relay = open(RELAY, O_RDONLY | O_CLOEXEC);
    if (p->relay < 0)
        return err_set(e, "can't open %s: %s: reinstall Mailwicket", RELAY, strerror(errno));
    if (jail_compile(JAIL_FILTER, &p->filter_jail, e) ||
        jail_compile(JAIL_RELAY, &p->relay_jail, e))
        return -1;
    p->tls = tls_context_load(p->policy, e);
    if (!p->tls)
        return -1;
    p->validity = validity_read(p->policy, VALIDITY_OF_FILTER, &p->validity_count);
    if (gethostname(p->host, sizeof p->host - 1) || !*p->host)
        strcpy(p->host, "localhost");
    return 0;
}

int prepare(struct prepared *p, const char *file, bool to_terminal)
{
    struct complaint_target to = {to_terminal};
    struct err e;

    *p = (struct prepared){.file = file, .relay = -1};
    p->policy = policy_load(file, NULL, prepare_complain, &to);
    if (p->policy && !load_parts(p, &e)) {
        if (tls_context_costly(p->tls, &e))
            complain_written(p, &to, COMPLAINT_WARNING, &e);
        if (tls_context_stale(p->tls, &e))
            complain_written(p, &to, COMPLAINT_WARNING, &e);
        log_level(p->policy->log_level);
        return 0;
    }
    if (p->policy)
        complain_written(p, &to, COMPLAINT_ERROR, &e);
    prepare_free(p);
    return -1;
}

void prepare_free(struct prepared *p)
{
    free(p->validity);
    policy_free(p->policy);
    tls_context_free(p->tls);
    if (p->relay >= 0)
        close(p->relay);
    *p = (struct prepared){.relay = -1};
}
