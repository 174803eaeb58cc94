/* SPDX-License-Identifier: ISC */
/* ctl_state - opens the state file that the policy names. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "accounting_note.h"
#include "ctl_entry.h"
#include "event.h"
#include "log.h"
#include "wire.h"

/* Logs and accounts the end of a dead entry that a call on the state file has removed. */
static void log_gone(void *context, const struct entry *dead)
{
    struct ctl *c = context;

    event_ended(dead, wire_cause_name(WIRE_CAUSE_UNKNOWN));
    accounting_stop(&c->spool, c->state, dead, WIRE_CAUSE_UNKNOWN);
}

struct state *ctl_state(struct ctl *c)
{
    const struct policy *p = ctl_policy(c);
    struct err error = {""};

    if (!p)
        return NULL;
    if (!c->opened) {
        log_open(PROGRAM_CONTROL, p->log_facility, p->log_level);
        accounting_open(&c->spool, p, false);
        c->opened = true;
    }
    struct state *s = state_open(p->state_directory, 0, &error);
    if (!s)
        fprintf(stderr, PROGRAM_CONTROL ": %s\n", error.text);
    else {
        state_on_gone(s, log_gone, c);
        state_compare_users(s, p->user_case);
    }
    c->state = s;
    return s;
}

int ctl_state_failed(void)
{
    fprintf(stderr, PROGRAM_CONTROL ": state file: %s\n", strerror(errno));
    return CTL_NO;
}
