/* SPDX-License-Identifier: ISC */
/* accounting_note - notes ends in the accounting spool; see accounting_note.h. */
#include "accounting_note.h"

#include <errno.h>
#include <string.h>

#include "account.h"
#include "clock.h"
#include "deliver.h"
#include "log.h"

static const uint32_t causes[] = {
    [WIRE_CLIENT_CLOSED] = ACCOUNT_USER_REQUEST, [WIRE_SERVER_CLOSED] = ACCOUNT_HOST_REQUEST,
    [WIRE_CLIENT_LOST] = ACCOUNT_LOST_CARRIER,   [WIRE_SERVER_LOST] = ACCOUNT_LOST_SERVICE,
    [WIRE_IDLE_TIMEOUT] = ACCOUNT_IDLE_TIMEOUT,  [WIRE_SESSION_TIMEOUT] = ACCOUNT_SESSION_TIMEOUT,
    [WIRE_LOGGED_OFF] = ACCOUNT_ADMIN_RESET,     [WIRE_TLS_FAULT] = ACCOUNT_PORT_ERROR,
    [WIRE_CAUSE_UNKNOWN] = ACCOUNT_NAS_ERROR,
};

struct spool_key accounting_key(const struct state *state, const struct entry *s)
{
    return (struct spool_key){.era = state_era(state), .id = s->id};
}

void accounting_stop(const struct spool *spool, struct state *state, const struct entry *s,
                     enum wire_cause cause)
{
    const struct spool_event e = {
        .at = clock_wall(), .in = s->bytes_in, .out = s->bytes_out, .cause = causes[cause]};

    if (spool->due < 0 || s->state != ENTRY_AUTHENTICATED)
        return;
    if (spool_stop(spool, accounting_key(state, s), &e) && errno != ENOENT)
        log_say(LOG_ERR, "accounting-failed", "the end of session %llu is not in the spool: %s",
                (unsigned long long)s->id, strerror(errno));
}

void accounting_open(struct spool *spool, const struct policy *p, bool create)
{
    struct err e = {""};
    bool wanted = false;

    *spool = (struct spool){-1, -1};
    for (int i = 0; i < PROTOCOLS; i++)
        wanted |= p->protocols[i].present && p->protocols[i].accounting;
    /* Without create a missing spool only means that no helper has made it yet. */
    if (p->spool && spool_open(spool, p->spool, wanted && create, &e) && wanted &&
        (create || errno != ENOENT))
        log_say(LOG_ERR, "accounting-failed", "%s", e.text);
}

void accounting_deliver(struct spool *spool, const struct policy *p, struct state *state)
{
    if (spool->due >= 0)
        deliver(p, spool, state, LIMIT_ACCOUNTING_MS);
}
