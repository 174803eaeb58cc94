/* SPDX-License-Identifier: ISC */
/* ctl_try_server - an edge; see ctl_try_server.h. Passes the password on, and keeps none. Believes
 * nothing that the mail server says, and prints nothing of it. */
#include "ctl_try_server.h"

#include "ctl_say.h"
#include "dial.h"
#include "host.h"
#include "probe_talk.h"

/* The strings of the grant that a task needs with an end. */
struct granted {
    char host[LIMIT_HOST + 1], ca[LIMIT_PATH + 1];
    char client[LIMIT_ADDRESS + 1], local[LIMIT_ADDRESS + 1];
};

static struct probe_task task_of(const struct policy *whole, const struct protocol_policy *policy,
                                 const struct wire_grant *g, bool log_in, struct granted *room)
{
    span_copy(room->host, sizeof room->host, g->host);
    span_copy(room->ca, sizeof room->ca, g->ca);
    span_copy(room->client, sizeof room->client, g->client);
    span_copy(room->local, sizeof room->local, g->local);
    return (struct probe_task){
        .back = {.protocol = policy->protocol,
                 .tls = g->tls,
                 .authenticate = log_in && g->authenticate,
                 .allow_unauthenticate = g->allow_unauthenticate,
                 .user = g->mail_user,
                 .password = g->mail_password,
                 .announced = policy->announce,
                 .client_address = g->client_address,
                 .client = room->client,
                 .local = room->local,
                 .client_port = g->client_port,
                 .local_port = g->local_port},
        .host = room->host,
        .ca = g->verify ? room->ca : NULL,
        .priority = policy_priority(whole),
    };
}

static void print_good(const struct probe_task *task, const struct probe_result *r, unsigned port,
                       bool can_log_in)
{
    const struct back_config *b = &task->back;
    char where[HOST_PORT_MAX];

    host_port(where, task->host, port);
    if (b->tls == SERVER_TLS_NONE)
        say("greeting", "%s greets, without TLS", where);
    else
        say("greeting", "%s greets; %s %s, certificate %s", where, r->tls,
            b->tls == SERVER_TLS_IMPLICIT ? "from the start" : "after STARTTLS",
            task->ca ? "good" : "not verified (verify=\"false\")");
    if (b->authenticate)
        say("mail login", "%.*s is logged in", SPAN_FMT(b->user));
    else if (can_log_in)
        say("mail login", "not tried: see --login");
}

void try_at_server(const struct policy *whole, const struct protocol_policy *policy,
                   const struct wire_grant *grant, int fd, bool log_in, struct wire_result *result)
{
    static struct probe_result r;
    static char why[LIMIT_WHY + 1];
    struct granted room;
    struct probe_task task = task_of(whole, policy, grant, log_in, &room);
    char address[INET6_ADDRSTRLEN];
    uint16_t port = 0;

    dial_peer(fd, false, address, &port);
    probe_talk(fd, &task, LIMIT_BACKEND_MS, &r);
    span_copy(why, sizeof why, span_head(span_str(r.why.text), LIMIT_WHY));
    *result = (struct wire_result){.done = r.good,
                                   .denial = r.good ? 0 : r.denial,
                                   .why = r.good ? SPAN_NONE : span_str(why),
                                   .server_tls = span_str(r.tls)};
    if (r.good)
        print_good(&task, &r, port, grant->authenticate);
}
