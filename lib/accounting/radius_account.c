/* SPDX-License-Identifier: ISC */
/* radius_account - Accounting-Request (RFC 2866, RFC 2869); see account.h. */
#include "account.h"
#include "in_turn.h"

static uint32_t clamp(uint64_t n)
{
    return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

static void octets(struct radius_request *r, unsigned low, unsigned high, uint64_t n)
{
    radius_number(r, low, (uint32_t)(n & UINT32_MAX));
    if (n >> 32)
        radius_number(r, high, (uint32_t)(n >> 32));
}

/* Cuts a longer text in front of a character. */
static void cut_text(struct radius_request *r, unsigned type, struct span s)
{
    size_t n = s.n;

    if (n > LIMIT_RADIUS_TEXT)
        for (n = LIMIT_RADIUS_TEXT; n > 0 && (s.p[n] & 0xc0) == 0x80; n--)
            ;
    radius_text(r, type, span_head(s, n));
}

static void classes(struct radius_request *r, struct span s)
{
    while (s.n > 0) {
        size_t n = (unsigned char)s.p[0];
        radius_text(r, RADIUS_CLASS, span_head(span_tail(s, 1), n));
        s = span_tail(s, n + 1);
    }
}

static void usage(struct radius_request *r, const struct account *a)
{
    octets(r, RADIUS_ACCT_INPUT_OCTETS, RADIUS_ACCT_INPUT_GIGAWORDS, a->in);
    octets(r, RADIUS_ACCT_OUTPUT_OCTETS, RADIUS_ACCT_OUTPUT_GIGAWORDS, a->out);
    radius_number(r, RADIUS_ACCT_SESSION_TIME, clamp(a->duration));
    if (a->kind == ACCOUNT_STOP && a->cause)
        radius_number(r, RADIUS_ACCT_TERMINATE_CAUSE, a->cause);
}

static void session(struct radius_request *r, const struct account *a)
{
    cut_text(r, RADIUS_USER_NAME, a->user);
    classes(r, a->class);
    radius_number(r, RADIUS_SERVICE_TYPE, RADIUS_LOGIN);
    radius_number(r, RADIUS_NAS_PORT_TYPE, RADIUS_VIRTUAL);
    cut_text(r, RADIUS_CALLING_STATION_ID, span_str(a->client));
    cut_text(r, RADIUS_CALLED_STATION_ID, a->server);
    radius_vendor_number(r, RADIUS_SESSION_TYPE, RADIUS_EMAIL_PROXY);
}

static void build(struct radius_request *r, const struct account *a)
{
    r->kind = RADIUS_ACCOUNTING;
    radius_number(r, RADIUS_ACCT_STATUS_TYPE, (uint32_t)a->kind);
    cut_text(r, RADIUS_ACCT_SESSION_ID, a->session);
    cut_text(r, RADIUS_NAS_IDENTIFIER, SPAN("mailwicket"));
    if (a->event > 0)
        radius_number(r, RADIUS_EVENT_TIMESTAMP, clamp((uint64_t)a->event));
    radius_number(r, RADIUS_ACCT_DELAY_TIME, clamp(a->delay));
    if (a->kind != ACCOUNT_ON && a->kind != ACCOUNT_OFF)
        session(r, a);
    if (a->kind == ACCOUNT_STOP || a->kind == ACCOUNT_INTERIM)
        usage(r, a);
}

struct telling {
    struct radius_request request;
    struct radius_tls **kept;
};

/* A request that doesn't fit into a packet would be tried for ever: cut_text sees that it fits. */
static enum aaa_outcome tell(const void *context, const struct aaa_server *s, uint64_t deadline,
                             struct aaa_answer *answer)
{
    const struct telling *t = context;

    return radius_ask(s, &t->request, deadline, t->kept, answer) == AAA_YES ? AAA_YES
                                                                            : AAA_TEMPORARY;
}

enum aaa_outcome radius_account(const struct server_group *g, const struct account *a,
                                uint32_t *dead, struct radius_tls **kept, struct err *e)
{
    struct telling t = {.kept = kept};
    struct aaa_answer answer = {0};
    enum aaa_outcome outcome;

    build(&t.request, a);
    outcome = in_turn(g, dead ? *dead : 0, tell, &t, &answer);
    if (dead)
        *dead = (*dead | answer.dead) & ~answer.alive;
    if (outcome != AAA_YES)
        *e = answer.why;
    return outcome;
}
