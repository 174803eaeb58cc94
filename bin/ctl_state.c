/* SPDX-License-Identifier: ISC */
/* ctl_state - the state file of the policy in use. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "ctl_session.h"
#include "log.h"
#include "wire.h"

/* Whoever meets a dead entry finishes it. */
static void log_gone(void *context, const struct session *dead)
{
    struct log_line l;
    int64_t now = clock_wall();

    (void)context;
    log_start(&l, LOG_NOTICE, "ended");
    log_num(&l, "session", dead->id);
    log_str(&l, "protocol", protocol_name((enum protocol)dead->protocol));
    log_str(&l, "client", dead->address);
    log_str(&l, "state", session_state_name((enum session_state)dead->state));
    log_str(&l, "vpn-user", dead->vpn_user);
    log_str(&l, "mail-user", dead->mail_user);
    log_str(&l, "server", dead->server);
    log_str(&l, "cause", wire_cause_name(WIRE_CAUSE_UNKNOWN));
    log_num(&l, "bytes-in", dead->bytes_in);
    log_num(&l, "bytes-out", dead->bytes_out);
    log_num(&l, "seconds", now > dead->started ? (uint64_t)(now - dead->started) : 0);
    log_send(&l);
}

struct state *ctl_state(struct ctl *c)
{
    const struct policy *p = ctl_policy(c);
    struct err error = {""};

    if (!p)
        return NULL;
    log_open("mailwicketctl", p->log_facility, p->log_level);
    struct state *s = state_open(p->state_directory, 0, &error);
    if (!s)
        fprintf(stderr, "mailwicketctl: %s\n", error.text);
    else
        state_on_gone(s, log_gone, NULL);
    return s;
}

int ctl_state_failed(void)
{
    fprintf(stderr, "mailwicketctl: state file: %s\n", strerror(errno));
    return CTL_NO;
}
